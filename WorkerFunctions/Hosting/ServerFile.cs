using System.Text.Json;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Hosting;

/// <summary>
/// Tells other programs of this user where the service is: <c>server.json</c> in the data directory, from when it
/// listens until it begins to stop. What a killed service has left is replaced by the next; readers check the process.
/// </summary>
internal sealed partial class ServerFile(
    IServer server, IConfiguration configuration, IOptions<AppOptions> options, TimeProvider time, ILogger<ServerFile> logger)
    : IHostedLifecycleService
{
    /// <summary>The setting that a command line sets on the service that it hosts.</summary>
    public const string HostedSetting = "FuncExec:Hosted";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string? _written;

    private string FilePath => Path.Combine(options.Value.DataDirectory, ServerDescription.FileName);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>By now the server listens, and its addresses have the ports that it was given.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        string? address = OwnAddress.Choose(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
        if (address is not null)
        {
            Write(new ServerDescription
            {
                Url = address,
                ProcessId = Environment.ProcessId,
                Process = ProcessIdentity.Of(Environment.ProcessId) ?? "",
                StartedAt = time.GetUtcNow(),
                IsHosted = bool.TryParse(configuration[HostedSetting], out bool hosted) && hosted,
            });
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Never another service's.
            if (_written is not null && File.Exists(FilePath) && File.ReadAllText(FilePath) == _written)
            {
                File.Delete(FilePath);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            NotDeleted(logger, FilePath, exception.Message);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Whole or not at all: readers come at any time.
    private void Write(ServerDescription description)
    {
        string draft = $"{FilePath}.{Environment.ProcessId}-{Guid.NewGuid():N}";
        string text = JsonSerializer.Serialize(description, ServerJson.Default.ServerDescription) + "\n";
        FileStreamOptions creation = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            creation.UnixCreateMode = OwnerOnly;
        }

        try
        {
            using (StreamWriter file = new(draft, creation))
            {
                file.Write(text);
            }

            File.Move(draft, FilePath, overwrite: true);
            _written = text;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The service does its work without; only who looks for it here does not find it.
            NotWritten(logger, FilePath, exception.Message);
        }
    }

    [LoggerMessage(4101, LogLevel.Warning, "{Path} cannot be written: {Reason} The command line will not find this service without --server.")]
    private static partial void NotWritten(ILogger logger, string path, string reason);

    [LoggerMessage(4102, LogLevel.Warning, "{Path} cannot be deleted: {Reason}")]
    private static partial void NotDeleted(ILogger logger, string path, string reason);
}
