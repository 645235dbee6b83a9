using System.Text;
using FuncExec.Cli.Migration;
using FuncExec.Cli.Output;
using FuncExec.Cli.Signals;
using FuncExec.Ledger;
using FuncExec.Runtime.Functions;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Cli.Commands;

/// <summary>Moves what the service keeps from one place to another.</summary>
/// <param name="from">Where it is; where nothing is moved, the place whose mark goes.</param>
/// <param name="to">Where it goes, or null.</param>
internal sealed class MigrateCommand(PlaceName from, PlaceName? to)
{
    private DataMigration? _migration;

    /// <summary>What to do about what was begun.</summary>
    private string Remedy => _migration switch
    {
        { IsEnding: true } => " Both sides were equal, and perhaps the service may start over the new place already: try that first. If it may not, run this again.",
        { HasBegun: true } => $" Nothing is complete: run it again, or go on where the data were: funcexec migrate --release {from.Word}",
        _ => "",
    };

    /// <summary>Does it; answers the exit code.</summary>
    public async Task<int> RunAsync()
    {
        using Interrupts interrupts = new();
        try
        {
            return to is null ? await ReleaseAsync(interrupts.First) : await MoveAsync(to, interrupts.First);
        }
        catch (OperationCanceledException) when (interrupts.First.IsCancellationRequested)
        {
            Messages.Error("interrupted." + Remedy);
            return interrupts.ExitCode;
        }
        catch (ClosedOutputException)
        {
            return ExitCodes.OutputClosed;
        }
        catch (Exception exception) when (exception is HubStartException or HubUnavailableException or HubRejectedException
            or LedgerStartException or LedgerUnavailableException or FunctionsStartException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(exception.Message + Remedy, exception);
        }
        catch (CliException failure) when (Remedy.Length > 0)
        {
            throw new CliException(failure.Message + Remedy, failure);
        }
    }

    private async Task<int> ReleaseAsync(CancellationToken cancellationToken)
    {
        await using MigrationPlace place = await from.OpenAsync(mustExist: true, cancellationToken);
        await DataMigration.ReleaseAsync(place, cancellationToken);
        Messages.Note($"the service may start over {place.Description} again. It must not run over the other place too: both would run the same jobs.");
        return 0;
    }

    private async Task<int> MoveAsync(PlaceName target, CancellationToken cancellationToken)
    {
        await using MigrationPlace source = await from.OpenAsync(mustExist: true, cancellationToken);
        await using MigrationPlace destination = await target.OpenAsync(mustExist: false, cancellationToken);
        _migration = new DataMigration(source, destination);
        IReadOnlyList<MigrationLine> lines = await _migration.RunAsync(cancellationToken);
        StandardStream.Out.Write(Encoding.UTF8.GetBytes(MigrationTable.Format(lines)));
        if (!lines.All(static line => line.IsEqual))
        {
            throw new CliException($"{destination.Description} does not hold what was read; no service starts over it. If it comes again, it is a mistake of ours: please tell us.");
        }

        Messages.Note($"moved to {destination.Description}. {Advice(target)} No service starts over {source.Description} any more, and nothing there is used again.");
        return 0;
    }

    private string Advice(PlaceName target) => target.IsDatabase
        ? "Start the service with AzureFunctionsJobHost__extensions__durableTask__storageProvider__type=postgresql; the first one with "
            + $"FuncExec__DataDirectory={from.Word}, so that it ends what a killed one may have left running."
        : $"Start the service with FuncExec__DataDirectory={target.Word}, and without the setting that chose PostgreSQL.";
}
