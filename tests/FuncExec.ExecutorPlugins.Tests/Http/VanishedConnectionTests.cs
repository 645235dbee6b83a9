using System.Net;
using System.Net.Sockets;
using FuncExec.ExecutorPlugins.Http.Calls;
using FuncExec.ExecutorPlugins.Http.Payload;

namespace FuncExec.ExecutorPlugins.Tests.Http;

/// <summary>Servers that go just as a connection to them is made.</summary>
public sealed class VanishedConnectionTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")] // Nothing was sent.
    public async Task Connection_that_is_closed_as_it_is_made_is_tried_again(string method)
    {
        int made = 0;
        QuickTime time = new();
        using HttpSender sender = new(new SocketsHttpHandler { ConnectCallback = async (_, token) => await VanishAsync(() => made++, token) }, time);

        HopResult result = await sender.SendAsync(new HttpHop(new Uri("http://vanished.example/"), method, [], null), StatusRanges.Successes, static () => { }, default);

        HopResult.Unanswered unanswered = Assert.IsType<HopResult.Unanswered>(result);
        Assert.StartsWith("The connection to vanished.example was closed as soon as it was made: ", unanswered.Message, StringComparison.Ordinal);
        Assert.Equal(4, made);
        Assert.Equal(3, time.Waits.Count);
    }

    /// <summary>A connection that its server has reset before the handler has it.</summary>
    private static async Task<Stream> VanishAsync(Action made, CancellationToken cancellationToken)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndpoint, cancellationToken);
        using (Socket server = await listener.AcceptSocketAsync(cancellationToken))
        {
            server.Close(0);
        }

        Assert.True(socket.Poll(TimeSpan.FromSeconds(60), SelectMode.SelectRead));
        made();
        return new NetworkStream(socket, ownsSocket: true);
    }
}
