using System.Security.Authentication;
using FuncExec.ExecutorPlugins.Http.Network;

namespace FuncExec.ExecutorPlugins.Http.Calls;

/// <summary>Tells why a request has no answer, and whether it may be sent again.</summary>
internal static class HopFaults
{
    /// <summary>Explains what the handler threw.</summary>
    public static HopResult.Unanswered Explain(HttpRequestException exception, HttpHop hop)
    {
        if (Find<ConnectFault>(exception) is { } fault)
        {
            // Without a connection nothing was sent: any method may be repeated. Only one that is idempotent gets to be broken here.
            return new HopResult.Unanswered(fault.Message)
            {
                MayRetry = fault.Kind is ConnectFaultKind.NameServerSilent or ConnectFaultKind.Unreachable or ConnectFaultKind.Broken,
                IsRefusal = fault.Kind is ConnectFaultKind.Refused,
            };
        }

        string host = hop.Url.Authority;
        return exception.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError => new HopResult.Unanswered($"The TLS handshake with {host} failed: {Innermost(exception)}")
            {
                MayRetry = Find<AuthenticationException>(exception) is null,
            },
            HttpRequestError.ConfigurationLimitExceeded => new HopResult.Unanswered(
                $"The answer of {host} has more than {HttpHandlers.MaxHeadersKibibytes} KiB of headers."),
            HttpRequestError.InvalidResponse => new HopResult.Unanswered($"The answer of {host} is not HTTP/1.1: {Innermost(exception)}"),
            _ => new HopResult.Unanswered($"The connection to {host} broke before the answer: {Innermost(exception)}") { MayRetry = hop.IsIdempotent },
        };
    }

    /// <summary>Explains a connection that was not there in time.</summary>
    public static HopResult.Unanswered ConnectTimedOut(HttpHop hop, TimeSpan limit) =>
        new($"No connection to {hop.Url.Authority} within {limit:c}.") { MayRetry = true };

    /// <summary>Explains a connection that was gone as soon as it was there: nothing was sent on it.</summary>
    public static HopResult.Unanswered Vanished(HttpHop hop, Exception exception) =>
        new($"The connection to {hop.Url.Authority} was closed as soon as it was made: {exception.Message}") { MayRetry = true };

    private static T? Find<T>(Exception exception)
        where T : Exception
    {
        for (Exception? at = exception; at is not null; at = at.InnerException)
        {
            if (at is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static string Innermost(Exception exception) => exception.GetBaseException().Message;
}
