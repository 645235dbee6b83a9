using FuncExec.ExecutorPlugins.Processes;
using FuncExec.Ledger;
using FuncExec.Runtime.Functions;
using FuncExec.Runtime.Hubs;
using FuncExec.WorkerFunctions.Hosting;
using Microsoft.Extensions.Options;

namespace FuncExec.Cli.Services;

/// <summary>Finds the service to speak to, or starts one in this process.</summary>
internal sealed class ServiceFinder(ServiceChoice choice)
{
    // As long as a service may take from the lock on its data to its first answer, and from its last to giving the lock up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    // How many starts may fail although nobody seems to have the data: the pid may be that of the holder before.
    private const int MostFailures = 5;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    /// <summary>The service that was named or that runs over the data directory, else one in this process.</summary>
    /// <exception cref="CliException">None can be had.</exception>
    public async Task<ServiceLink> OpenAsync(CancellationToken cancellationToken)
    {
        int failed = 0;
        while (true)
        {
            if (await FindAsync(cancellationToken) is { } found)
            {
                return found;
            }

            try
            {
                return await HostAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is HubStartException or LedgerStartException)
            {
                // Perhaps another one is just starting or ending over the same data.
                if (ReadHolder() is { } holder
                    ? !await WaitForChangeAsync(holder, cancellationToken)
                    : ++failed == MostFailures)
                {
                    throw new CliException(exception.Message, exception);
                }

                await Task.Delay(Interval, cancellationToken);
            }
        }
    }

    /// <summary>The service that was named or that runs over the data directory, or null.</summary>
    /// <exception cref="CliException">What is there cannot be read.</exception>
    public async Task<ServiceLink?> FindAsync(CancellationToken cancellationToken)
    {
        if (choice.Server is { } server)
        {
            string? key = choice.Key ?? (server.IsLoopback ? DataDirectories.ReadKey(choice.DataDirectory) : null);
            return new ServiceLink(new ApiClient(server, key), ServicePlace.Server);
        }

        ServerDescription? description;
        try
        {
            description = ServerDescription.Read(choice.DataDirectory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"The data directory {choice.DataDirectory} cannot be read: {exception.Message} Name another with --data-directory.", exception);
        }

        // The process first: the key must not go to whoever listens on the port of a service that was killed.
        if (description is null
            || ProcessIdentity.Of(description.ProcessId) != description.Process
            || !Uri.TryCreate(description.Url.TrimEnd('/') + "/", UriKind.Absolute, out Uri? url))
        {
            return null;
        }

        ApiClient client = new(url, choice.Key ?? DataDirectories.ReadKey(choice.DataDirectory));
        if (await client.IsAliveAsync(AnswerTime, cancellationToken))
        {
            return new ServiceLink(client, description.IsHosted ? ServicePlace.OtherCommandLine : ServicePlace.Server);
        }

        client.Dispose();
        return null;
    }

    private async Task<ServiceLink> HostAsync(CancellationToken cancellationToken)
    {
        DataDirectories.Prepare(choice.DataDirectory);
        try
        {
            HostedService hosted = await HostedService.StartAsync(choice, cancellationToken);
            return new ServiceLink(new ApiClient(hosted.Address, DataDirectories.ReadKey(choice.DataDirectory)), ServicePlace.Here, hosted);
        }
        catch (Exception exception) when (exception is FunctionsStartException or ProcessRunnerException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(exception.Message, exception);
        }
        catch (OptionsValidationException exception)
        {
            throw new CliException(string.Join('\n', exception.Failures), exception);
        }
    }

    // Waits until the holder of the data can be found or does not hold them any more; false when it stays as it is.
    private async Task<bool> WaitForChangeAsync(int holder, CancellationToken cancellationToken)
    {
        long begun = Environment.TickCount64;
        while (Environment.TickCount64 - begun < Patience.TotalMilliseconds)
        {
            await Task.Delay(Interval, cancellationToken);
            if (ReadHolder() != holder)
            {
                return true;
            }

            if (await FindAsync(cancellationToken) is { } found)
            {
                await found.DisposeAsync();
                return true;
            }
        }

        return false;
    }

    // The process that has the data, as far as is known; null when it lives no more. The locks themselves are not tried:
    // whoever starts at that moment would find them taken.
    private int? ReadHolder() => ReadHolder("hub.pid") ?? ReadHolder("ledger.pid");

    private int? ReadHolder(string file)
    {
        try
        {
            return int.TryParse(File.ReadAllText(Path.Combine(choice.DataDirectory, file)), out int holder)
                && holder != Environment.ProcessId
                && ProcessIdentity.Of(holder) is not null ? holder : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
