using System.Net.Sockets;
using Npgsql;

namespace FuncExec.Runtime.PostgresStore.Faults;

/// <summary>What an exception of the driver means for a call.</summary>
internal static class PostgresFaults
{
    /// <summary>
    /// What it means. The classes of error codes are those of the server's manual, appendix A.
    /// </summary>
    internal static FaultKind Classify(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable } =>
            FaultKind.Undone,

        // Connection (08), resources (53), an operator's doing (57), the system (58), a standby (25006), a database that goes (3D000).
        PostgresException { SqlState: ['0', '8', ..] or ['5', '3', ..] or ['5', '7', ..] or ['5', '8', ..] or "25006" or "3D000" } => FaultKind.Unavailable,
        PostgresException => FaultKind.Refused,
        NpgsqlException or IOException or SocketException or TimeoutException => FaultKind.Unavailable,
        _ => FaultKind.Defect,
    };

    /// <summary>Whether the store failed, and the outcome of the call may be unknown.</summary>
    internal static bool IsUnavailable(Exception exception) => Classify(exception) is FaultKind.Unavailable or FaultKind.Undone;

    /// <summary>Whether the server did not answer in the time that it was given.</summary>
    internal static bool IsTimeout(Exception exception) => exception is TimeoutException or NpgsqlException { InnerException: TimeoutException }
        || (exception is NpgsqlException { InnerException: AggregateException ofHosts } && ofHosts.InnerExceptions.Any(IsTimeout));

    /// <summary>Whether nobody gets a connection at present. One who finds the server full does not mean those who have theirs.</summary>
    internal static bool IsRefusal(Exception exception) =>
        IsUnavailable(exception) && exception is not PostgresException { SqlState: PostgresErrorCodes.TooManyConnections };

    /// <summary>Whether several hosts were named, and none of them could be reached and takes writes. The driver has no type for it.</summary>
    internal static bool IsWithoutHost(Exception exception) =>
        exception is NpgsqlException and not PostgresException && exception.Message.Contains("suitable host", StringComparison.Ordinal);

    /// <summary>What happened and what to do.</summary>
    internal static string Explain(Exception exception, string description) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => $"{description}: the server's disk is full. Free space there. ({exception.Message})",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } =>
            $"{description}: the server has no connection left. Raise its max_connections, or lower Maximum Pool Size in the connection string. ({exception.Message})",
        PostgresException { SqlState: "25006" } =>
            $"{description}: the server takes no writes (a standby, or one that has been demoted). Name the primary; with several hosts, add Target Session Attributes=primary. ({exception.Message})",
        _ when IsWithoutHost(exception) => $"{description}: none of the hosts can be reached and takes writes. ({OfHosts(exception)})",
        _ when IsTimeout(exception) => $"{description}: the server does not answer in time. ({exception.Message})",
        _ => $"{description}: the server cannot be reached or ended the call. ({exception.Message})",
    };

    private static string OfHosts(Exception exception) => exception.InnerException is AggregateException ofHosts
        ? string.Join(" ", ofHosts.InnerExceptions.Select(static one => one.InnerException is { } cause ? $"{one.Message}: {cause.Message}." : one.Message).Distinct())
        : exception.Message;
}
