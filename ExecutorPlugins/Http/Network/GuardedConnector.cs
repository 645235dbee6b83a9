using System.Net;
using System.Net.Sockets;

namespace FuncExec.ExecutorPlugins.Http.Network;

/// <summary>
/// Makes the connections. A name is looked up once, all its addresses are checked, and the connection goes to one of
/// those that were checked: a second look-up, which might answer otherwise, never happens.
/// </summary>
internal sealed class GuardedConnector(AllowedAddresses allowed, HttpNetwork network, TimeSpan timeout, TimeProvider time)
{
    // A name may have hundreds of addresses; all are checked, and the first few are tried.
    private const int MostTried = 8;

    private static readonly HttpRequestOptionsKey<bool> HasConnected = new("FuncExec.HasConnected");

    /// <summary>Connects for the handler.</summary>
    /// <exception cref="ConnectFault">There is no connection; says why.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        DnsEndPoint target = context.DnsEndPoint;
        RefuseSecondConnection(context.InitialRequestMessage, target);
        IPAddress[] addresses = await ResolveAsync(target.Host, cancellationToken).ConfigureAwait(false);
        Check(target.Host, addresses);
        return await ConnectToFirstAsync(target, addresses.Length > MostTried ? addresses[..MostTried] : addresses, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// When a new connection breaks before the answer, the handler sends a request without content again, up to three times
    /// and at once. That would multiply with our own retries, which wait in between, and be missing from their count.
    /// (That it does so when a kept connection turns out to be closed is welcome.)
    /// </summary>
    private static void RefuseSecondConnection(HttpRequestMessage message, DnsEndPoint target)
    {
        if (message.Content is null && message.Options.TryGetValue(HasConnected, out _))
        {
            throw new ConnectFault(ConnectFaultKind.Broken, $"The connection to {target.Host}:{target.Port} broke before the answer.");
        }

        message.Options.Set(HasConnected, true);
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        // All spellings of an address that a look-up would take (decimal, octal, hexadecimal, short) are read here too.
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return [literal];
        }

        try
        {
            IPAddress[] addresses = await network.ResolveAsync(host, cancellationToken).ConfigureAwait(false);
            return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.NoData);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TryAgain)
        {
            throw new ConnectFault(ConnectFaultKind.NameServerSilent, $"The name '{host}' could not be looked up: the name server does not answer.", exception);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            throw new ConnectFault(ConnectFaultKind.UnknownName, $"The host '{host}' is not known.", exception);
        }
    }

    private void Check(string host, IPAddress[] addresses)
    {
        if (allowed.HasName(host))
        {
            return;
        }

        // One bad address among good ones is refused as well: nothing says which of them the next look-up would put first.
        foreach (IPAddress address in addresses)
        {
            if (!allowed.Permits(address, out string? reason))
            {
                throw new ConnectFault(ConnectFaultKind.Refused, $"The host '{host}' has the address {address} ({reason}), to which this service does not connect. {HttpExecutorOptions.AllowedAddressesSetting} makes exceptions.");
            }
        }
    }

    private async Task<Stream> ConnectToFirstAsync(DnsEndPoint target, IPAddress[] addresses, CancellationToken cancellationToken)
    {
        SocketException? last = null;
        foreach (IPAddress address in addresses)
        {
            // Each has its share of the time: an address that swallows packets must not use up that of the others.
            using CancellationTokenSource share = new(timeout / addresses.Length, time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellationToken);
            try
            {
                return await network.ConnectAsync(new IPEndPoint(address, target.Port), either.Token).ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                last = exception;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                last = new SocketException((int)SocketError.TimedOut);
            }
        }

        throw new ConnectFault(ConnectFaultKind.Unreachable, $"No connection to {target.Host}:{target.Port}: {last!.Message}.", last);
    }
}
