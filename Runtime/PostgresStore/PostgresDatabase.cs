using System.Net.Sockets;
using FuncExec.Runtime.PostgresStore.Faults;
using FuncExec.Runtime.PostgresStore.Opening;
using FuncExec.Runtime.PostgresStore.Writing;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;
using Polly.Retry;

namespace FuncExec.Runtime.PostgresStore;

/// <summary>
/// One store's schema in a PostgreSQL database. Every connection finds the schema's names unqualified.
/// </summary>
internal sealed partial class PostgresDatabase : IAsyncDisposable
{
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly NpgsqlDataSource _own;
    private readonly ResiliencePipeline _connecting;

    /// <param name="connectionString">As the user wrote it.</param>
    /// <param name="schema">The schema; a name that needs no quotes (<see cref="SchemaName"/>).</param>
    /// <param name="connections">How many connections it has at most where the string does not say, besides those of <see cref="OpenOwnConnectionAsync"/>.</param>
    /// <param name="kind">The store.</param>
    /// <param name="time">The clock of waits; what is stored has the server's.</param>
    /// <param name="loggerFactory">Where it and the driver log.</param>
    internal PostgresDatabase(string connectionString, string schema, int connections, StoreKind kind, TimeProvider time, ILoggerFactory loggerFactory)
    {
        Kind = kind;
        Schema = schema;
        _time = time;
        Clock = new ServerClock(time);
        _logger = loggerFactory.CreateLogger<PostgresDatabase>();
        NpgsqlConnectionStringBuilder settings = ConnectionSettings.Read(connectionString, schema, connections, kind);
        Description = ConnectionSettings.Describe(settings);
        Reading = new ReadingPlaces(settings.MaxPoolSize);
        Source = Build(settings, kind, loggerFactory);
        settings.Pooling = false;
        ConnectionSettings.KeepAwake(settings);
        _connecting = Connecting();
        _own = Build(settings, kind, loggerFactory);
    }

    internal StoreKind Kind { get; }

    internal string Schema { get; }

    /// <summary>The server's clock, once whoever keeps a lease has looked at it.</summary>
    internal ServerClock Clock { get; }

    /// <summary>For what it is opened. Default: for a node.</summary>
    internal SchemaUse Use { get; init; } = SchemaUse.Node;

    /// <summary>
    /// How long a start waits for a server that itself is starting, and for older nodes to end. Default: 20 s, longer than a usual lease; 3 s
    /// where not a node opens it but somebody sits before it.
    /// </summary>
    internal TimeSpan StartPatience
    {
        get => field == default ? TimeSpan.FromSeconds(Use == SchemaUse.Node ? 20 : 3) : field;
        init;
    }

    /// <summary>What it is and where, for logs: no secrets.</summary>
    internal string Description { get; }

    /// <summary>The pool.</summary>
    internal NpgsqlDataSource Source { get; }

    /// <summary>How many read at once by the pool.</summary>
    internal ReadingPlaces Reading { get; }

    /// <summary>Checks the server and brings the schema up to date. A server that is starting is waited for a while.</summary>
    internal async Task OpenAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartPatience);
        try
        {
            await Patience(limit.Token).ExecuteAsync(OpenOnceAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (OlderNodesException exception)
        {
            throw Kind.CannotStart(exception.Message, exception);
        }
        catch (Exception exception) when (PostgresFaults.Classify(exception) is not FaultKind.Defect)
        {
            throw Kind.CannotStart(ExplainStart(exception), exception);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw Kind.CannotStart($"{Description}: there is no such port. Mend Host and Port of the connection string.", exception);
        }
    }

    /// <summary>A connection of the pool. One that is refused is asked for again, for about a second: nothing has been asked of it yet.</summary>
    internal async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _connecting.ExecuteAsync(Source.OpenConnectionAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresFaults.IsRefusal(exception))
        {
            Reading.TellRefused(exception);
            throw;
        }
    }

    /// <summary>A connection that is not of the pool, for one who keeps it.</summary>
    internal ValueTask<NpgsqlConnection> OpenOwnConnectionAsync(CancellationToken cancellationToken) => _own.OpenConnectionAsync(cancellationToken);

    /// <summary>What a call throws when the server failed; it is counted.</summary>
    internal Exception Unavailable(Exception cause)
    {
        StoreMetrics.Failed(Kind, 1);
        return Kind.Unavailable(PostgresFaults.Explain(cause, Description), cause);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync().ConfigureAwait(false);
        await _own.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Words that do not fit each other are found by the driver.</summary>
    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder settings, StoreKind kind, ILoggerFactory loggerFactory)
    {
        try
        {
            return new NpgsqlDataSourceBuilder(settings.ConnectionString).UseLoggerFactory(loggerFactory).Build();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            throw kind.CannotStart($"The PostgreSQL connection string cannot be used: {exception.Message}.", exception);
        }
    }

    private async ValueTask OpenOnceAsync(CancellationToken cancellationToken)
    {
        using NpgsqlConnection connection = await _own.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await ServerCheck.RunAsync(this, connection, cancellationToken).ConfigureAwait(false);
        await SchemaVersions.MigrateAsync(this, connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Those who wait do not ask all at once, and whoever asks in a loop is slowed down by it. A server that does not answer has been waited for
    /// long enough.
    /// </summary>
    private ResiliencePipeline Connecting() => new ResiliencePipelineBuilder { TimeProvider = _time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = static arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is { } exception && PostgresFaults.IsUnavailable(exception) && !PostgresFaults.IsTimeout(exception)),
            MaxRetryAttempts = 4,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(50),
            MaxDelay = TimeSpan.FromMilliseconds(500),
            UseJitter = true,
        })
        .Build();

    private ResiliencePipeline Patience(CancellationToken limit) => new ResiliencePipelineBuilder { TimeProvider = _time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(!limit.IsCancellationRequested && MayPass(arguments.Outcome.Exception)),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(200),
            MaxDelay = TimeSpan.FromSeconds(2),
            UseJitter = true,
            OnRetry = arguments =>
            {
                Log.Waiting(_logger, Description, arguments.Outcome.Exception!.Message);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    /// <summary>What is over by itself in a while: of several hosts it is enough that one starts; where none of them takes writes one of them may be about to.</summary>
    private bool MayPass(Exception? exception) => exception switch
    {
        OlderNodesException => true,
        PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections } => true,
        NpgsqlException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => true,
        NpgsqlException { InnerException: AggregateException ofHosts } => ofHosts.InnerExceptions.Any(MayPass),
        NpgsqlException => PostgresFaults.IsWithoutHost(exception),
        _ => false,
    };

    private string ExplainStart(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            $"{Description}: the server does not let the user in. Check Username and Password of the connection string. ({exception.Message})",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
            $"{Description}: there is no such database. Create it, or mend Database of the connection string. ({exception.Message})",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused when refused.MessageText.Contains("for database", StringComparison.Ordinal) =>
            $"{Description}: the role may not connect to the database. Have its owner run: GRANT CONNECT ON DATABASE … TO the role. ({exception.Message})",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
            $"{Description}: the role may not use the schema. It has to own it: ALTER SCHEMA {Schema} OWNER TO the role. ({exception.Message})",
        PostgresException { SqlState: PostgresErrorCodes.ProtocolViolation } refused when refused.MessageText.Contains("startup parameter", StringComparison.Ordinal) =>
            $"{Description}: a pooler stands in between that does not pass on what a connection is opened with. Connect to the server itself. ({exception.Message})",
        NpgsqlException { InnerException: System.Security.Authentication.AuthenticationException } =>
            $"{Description}: the server's certificate cannot be verified. Name its authority by Root Certificate=…. ({exception.InnerException!.Message})",
        _ => PostgresFaults.Explain(exception, Description),
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 5100, Level = LogLevel.Information, Message = "{Description}: the start waits. ({Why})")]
        internal static partial void Waiting(ILogger logger, string description, string why);
    }
}
