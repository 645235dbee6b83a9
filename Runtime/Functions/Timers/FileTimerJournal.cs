using System.Text.Json;
using FuncExec.Runtime.Hubs;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Timers;

/// <summary>
/// Keeps what timers did in a small file each, in the data directory. That belongs to one process, which therefore fires
/// every occurrence.
/// </summary>
internal sealed partial class FileTimerJournal(string dataDirectory, ILogger log) : ITimerJournal
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The directory of the files, in the data directory.</summary>
    internal const string DirectoryName = "timers";

    private readonly string _directory = Path.Combine(dataDirectory, DirectoryName);

    public bool IsShared => false;

    public async Task<TimerRecord?> ReadAsync(string timer, CancellationToken cancellationToken)
    {
        string path = PathOf(timer);
        try
        {
            byte[] bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize<TimerRecord>(bytes, _json) is { Schedule: not null } record ? record : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException exception)
        {
            Unreadable(log, path, exception);
            return null;
        }
    }

    public Task<bool> TryTakeAsync(string timer, DateTimeOffset occurrence, CancellationToken cancellationToken) => Task.FromResult(true);

    public async Task WriteAsync(string timer, TimerRecord record, CancellationToken cancellationToken)
    {
        string path = PathOf(timer);
        string draft = path + ".new"; // One timer writes once at a time: what a crash left is overwritten.
        Directory.CreateDirectory(_directory);
        FileStream file = new(draft, FileMode.Create, FileAccess.Write, FileShare.None);
        await using (file.ConfigureAwait(false))
        {
            await JsonSerializer.SerializeAsync(file, record, _json, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }

    // Names are unique whatever their casing, and so are the files where the file system does not tell casing apart.
    private string PathOf(string timer) => Path.Combine(_directory, timer.ToLowerInvariant() + ".json");

    [LoggerMessage(2206, LogLevel.Warning, "{Path} cannot be read; the timer begins anew, without looking for what it missed.")]
    private static partial void Unreadable(ILogger log, string path, Exception exception);
}
