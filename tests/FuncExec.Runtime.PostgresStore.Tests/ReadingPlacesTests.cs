using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace FuncExec.Runtime.PostgresStore.Tests;

public sealed class ReadingPlacesTests
{
    private const int One = 3; // Two of them are kept for others.

    [Fact]
    public async Task Who_waits_gets_the_place_that_is_given_back()
    {
        var places = new ReadingPlaces(One);
        ReadingPlaces.Place first = await places.TakeAsync(default);
        Task<ReadingPlaces.Place> second = places.TakeAsync(default).AsTask();
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
        (await places.TakeAsync(default)).Dispose();
    }

    [Fact]
    public async Task All_who_wait_hear_of_a_refusal_and_who_comes_later_tries_for_himself()
    {
        var places = new ReadingPlaces(One);
        ReadingPlaces.Place only = await places.TakeAsync(default);
        Task<ReadingPlaces.Place>[] waiting = [.. Enumerable.Range(0, 1000).Select(_ => places.TakeAsync(default).AsTask())];
        places.TellRefused(new NpgsqlException("refused"));
        foreach (Task<ReadingPlaces.Place> one in waiting)
        {
            var refusal = await Assert.ThrowsAsync<NpgsqlException>(() => one);
            Assert.Equal("refused", refusal.Message);
        }

        Task<ReadingPlaces.Place> later = places.TakeAsync(default).AsTask();
        Assert.False(later.IsCompleted);
        only.Dispose();
        (await later).Dispose();
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_no_place()
    {
        var places = new ReadingPlaces(One);
        ReadingPlaces.Place only = await places.TakeAsync(default);
        using var impatience = new CancellationTokenSource();
        Task<ReadingPlaces.Place> waiting = places.TakeAsync(impatience.Token).AsTask();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        only.Dispose();
        (await places.TakeAsync(default)).Dispose();
    }

    [Fact]
    public async Task A_connection_that_is_refused_is_told_to_those_who_wait()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // Nobody listens there, and nobody else can begin to.
        string where = $"Host=127.0.0.1;Port={((IPEndPoint)closed.LocalEndPoint!).Port};Username=u;Password=p;Database=d;Maximum Pool Size={One}";
        await using PostgresDatabase database = Databases.Make(where);
        using ReadingPlaces.Place only = await database.Reading.TakeAsync(default);
        Task<ReadingPlaces.Place> waiting = database.Reading.TakeAsync(default).AsTask();
        await Assert.ThrowsAsync<NpgsqlException>(() => database.ConnectAsync(default).AsTask());
        var refusal = await Assert.ThrowsAsync<NpgsqlException>(() => waiting);
        Assert.IsType<SocketException>(refusal.InnerException);
    }
}
