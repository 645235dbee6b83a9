using System.Data;
using FuncExec.Runtime.PostgresStore.Faults;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;
using Polly.Retry;

namespace FuncExec.Runtime.PostgresStore.Signals;

/// <summary>
/// What the nodes of one schema tell each other: topics, without order and without promise. A node hears what others tell, never
/// what it told itself. Whoever listens also looks by himself now and then.
/// </summary>
/// <remarks>
/// Told by <c>NOTIFY</c> on a connection of its own after the commit that it is about, at most one round trip per
/// <see cref="Interval"/>, whatever was told meanwhile. Heard by <c>LISTEN</c> on another one; after a gap
/// <see cref="Reconnected"/> says that anything may have been missed.
/// </remarks>
internal sealed class PostgresSignals : IAsyncDisposable
{
    /// <summary>The least time between two notifications of a node.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>The server takes less than 8,000 bytes in one notification, and a character has up to three.</summary>
    private const int MostCharacters = 2_300;

    /// <summary>More topics than that at once, and the listeners are told that anything may have changed.</summary>
    private const int MostTopics = 2_000;

    private const char Separator = '\n';

    private readonly PostgresDatabase _database;
    private readonly string _channel;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _self = Guid.NewGuid().ToString("N");
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _toldSomething = new(0, 1);
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly ResiliencePipeline _backOff;
    private HashSet<string> _topics = [];
    private Task _listener = Task.CompletedTask;
    private Task _teller = Task.CompletedTask;

    /// <param name="database">The database, opened before <see cref="StartAsync"/>.</param>
    /// <param name="store">The store's name: stores of one schema do not hear each other.</param>
    /// <param name="time">The clock of waits.</param>
    /// <param name="logger">Where it logs.</param>
    internal PostgresSignals(PostgresDatabase database, string store, TimeProvider time, ILogger logger)
    {
        _database = database;
        _channel = $"{database.Schema}_{store}";
        _time = time;
        _logger = logger;
        _backOff = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } e && PostgresFaults.IsUnavailable(e)),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(100),
                MaxDelay = TimeSpan.FromSeconds(5),
                UseJitter = true,
                OnRetry = arguments =>
                {
                    SignalsLog.Lost(_logger, _database.Description, arguments.Outcome.Exception!.Message);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>Another node told this topic. Called on one thread after the other; a handler only takes note.</summary>
    internal event Action<string>? Received;

    /// <summary>Nothing was heard for a while, or more was told than could be said: anything may have changed.</summary>
    internal event Action? Reconnected;

    /// <summary>Begins; what others tell after the answer is heard.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        _listener = Task.Run(() => _backOff.ExecuteAsync(ListenAsync, _stop.Token).AsTask(), CancellationToken.None);
        _teller = Task.Run(() => _backOff.ExecuteAsync(TellAsync, _stop.Token).AsTask(), CancellationToken.None);
        await (await Task.WhenAny(_listening.Task, _listener).ConfigureAwait(false)).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells the other nodes, soon, once. Call it when what it is about is committed.</summary>
    /// <param name="topic">Text without line ends.</param>
    internal void Notify(string topic)
    {
        lock (_gate)
        {
            if (!_topics.Add(topic) || _topics.Count > 1)
            {
                return; // The teller is on its way.
            }
        }

        try
        {
            _toldSomething.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has been called already.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (Task loop in (Task[])[_listener, _teller])
        {
            try
            {
                await loop.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The end of the loop.
            }
        }

        _stop.Dispose();
        _toldSomething.Dispose();
    }

    private async ValueTask ListenAsync(CancellationToken cancellationToken)
    {
        using NpgsqlConnection connection = await _database.OpenOwnConnectionAsync(cancellationToken).ConfigureAwait(false);
        connection.Notification += (_, notification) => Hear(notification.Payload);
        using (var listen = new NpgsqlCommand($"LISTEN {_channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!_listening.TrySetResult())
        {
            Reconnected?.Invoke();
        }

        while (true)
        {
            try
            {
                await connection.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (InvalidOperationException exception) when (IsGone(connection))
            {
                throw Lost(exception);
            }
        }
    }

    private void Hear(string payload)
    {
        string[] lines = payload.Split(Separator);
        if (lines[0] == _self)
        {
            return;
        }

        if (lines.Length == 1)
        {
            Reconnected?.Invoke(); // More than could be said.
        }

        foreach (string topic in lines.AsSpan(1))
        {
            Received?.Invoke(topic);
        }
    }

    private async ValueTask TellAsync(CancellationToken cancellationToken)
    {
        using NpgsqlConnection connection = await _database.OpenOwnConnectionAsync(cancellationToken).ConfigureAwait(false);
        using (var setting = new NpgsqlCommand("SET synchronous_commit = off", connection))
        {
            // A notification is a transaction and would be flushed to the disk; there is nothing in it to keep.
            await setting.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        using var command = new NpgsqlCommand("SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _channel });
        var payloads = new NpgsqlParameter<string[]>();
        command.Parameters.Add(payloads);
        while (true)
        {
            HashSet<string> topics = Take();
            if (topics.Count == 0)
            {
                await _toldSomething.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            try
            {
                payloads.TypedValue = Pack(topics);
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (PostgresFaults.IsUnavailable(exception))
            {
                GiveBack(topics);
                throw;
            }
            catch (InvalidOperationException exception) when (IsGone(connection))
            {
                GiveBack(topics);
                throw Lost(exception);
            }

            await Task.Delay(Interval, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A connection that broke while nothing was asked of it: the driver then says that it is not open.</summary>
    private static bool IsGone(NpgsqlConnection connection) => connection.State is not ConnectionState.Open;

    private static NpgsqlException Lost(Exception cause) => new("The connection was lost while nothing was asked of it.", cause);

    private HashSet<string> Take()
    {
        lock (_gate)
        {
            HashSet<string> topics = _topics;
            _topics = [];
            return topics;
        }
    }

    private void GiveBack(HashSet<string> topics)
    {
        lock (_gate)
        {
            _topics.UnionWith(topics);
        }
    }

    /// <summary>The node, and topics as many as fit; the node alone when there are too many.</summary>
    private string[] Pack(HashSet<string> topics)
    {
        if (topics.Count > MostTopics)
        {
            return [_self];
        }

        var payloads = new List<string>();
        var payload = new System.Text.StringBuilder(_self);
        foreach (string topic in topics)
        {
            if (payload.Length > _self.Length && payload.Length + topic.Length + 1 > MostCharacters)
            {
                payloads.Add(payload.ToString());
                payload.Length = _self.Length;
            }

            payload.Append(Separator).Append(topic);
        }

        payloads.Add(payload.ToString());
        return [.. payloads];
    }
}
