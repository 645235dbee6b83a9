using System.Globalization;
using Azure;
using Azure.Identity;

namespace FuncExec.Ledger.Azure.Account;

/// <summary>Says what a failure of the storage account means, and what to do, without secrets.</summary>
/// <param name="account">The account's name.</param>
/// <param name="address">Where the service is that is asked.</param>
/// <param name="place">What everything is kept in: <c>container</c> or <c>table</c>.</param>
/// <param name="role">The role that an identity needs.</param>
internal sealed class StorageErrors(string account, Uri address, string place, string role)
{
    /// <summary>Clocks may differ by so much. Source: <c>https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key</c>.</summary>
    private static readonly TimeSpan s_skew = TimeSpan.FromMinutes(15);

    /// <summary>Makes a call, and tells its failure as ours.</summary>
    /// <exception cref="LedgerUnavailableException">It failed.</exception>
    public async Task<T> GuardAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException or IOException or AuthenticationFailedException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new LedgerUnavailableException(Explain(exception), Bare(exception));
        }
    }

    private string Explain(Exception exception)
    {
        if (exception is AuthenticationFailedException unknown)
        {
            return $"No identity was found for the storage account '{account}': {FirstLine(unknown.Message)} "
                + $"Give the app a managed identity with the role '{role}', sign in, or set a connection string.";
        }

        if (exception is not RequestFailedException { Status: > 0 } failed)
        {
            return $"The storage account at {address.GetLeftPart(UriPartial.Authority)} did not answer: {Reason(exception)} Look at the network and the address.";
        }

        string what = $"The storage account '{account}' answered {failed.Status} {failed.ErrorCode}.".Replace(" .", ".", StringComparison.Ordinal);
        return failed.Status switch
        {
            403 when Skew(failed) is { } skew => $"{what} The clock here and the service's differ by {skew:c}: set the clock.",
            401 or 403 => $"{what} The account key does not fit, or the shared access signature has expired, or the identity has no right: copy the connection string anew, or give it the role '{role}'.",
            404 or 409 when failed.ErrorCode?.StartsWith(place, StringComparison.OrdinalIgnoreCase) == true =>
                $"{what} Somebody has deleted the {place}: start the service again, which makes a new one; what was in it is lost.",
            429 or 503 => $"{what} It is asked more than it may be: it will be asked again.",
            _ => what,
        };
    }

    private static TimeSpan? Skew(RequestFailedException failed)
    {
        if (failed.GetRawResponse()?.Headers.TryGetValue("Date", out string? date) != true
            || !DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset there))
        {
            return null;
        }

        TimeSpan skew = (DateTimeOffset.UtcNow - there).Duration();
        return skew >= s_skew ? skew : null;
    }

    /// <summary>The answer's text may hold what was signed.</summary>
    private static Exception? Bare(Exception exception) => exception is RequestFailedException { Status: > 0 } ? null : exception;

    private static string Reason(Exception exception)
    {
        while (exception is AggregateException { InnerExceptions: [.., { } last] } || (last = (exception as RequestFailedException)?.InnerException) is not null)
        {
            exception = last;
        }

        string text = exception.Message.Trim();
        return text.EndsWith('.') ? text : text + ".";
    }

    // The message of a chain of credentials is a page.
    private static string FirstLine(string text)
    {
        string line = text.Trim().Split('\n')[0].Trim();
        return line.EndsWith('.') ? line : line + ".";
    }
}
