using FuncExec.WorkerFunctions.Api.Answers;
using Microsoft.AspNetCore.Http;

namespace FuncExec.WorkerFunctions.Tests.Api;

public sealed class JsonBodyTests
{
    [Theory]
    [InlineData("application/json", true)]
    [InlineData("application/json; charset=utf-8", true)]
    [InlineData("application/json; charset=\"UTF-8\"", true)]
    [InlineData("application/vnd.funcexec+json", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("nonsense", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/x-www-form-urlencoded", false)]
    [InlineData("application/json; charset=latin1", false)]
    public void Only_json_in_utf8_is_taken(string? contentType, bool taken) =>
        Assert.Equal(taken, JsonBody.WhyUnsupported(contentType) is null);

    [Theory]
    [InlineData(null)]
    [InlineData(101L)]
    public async Task Body_past_the_limit_is_not_read_whole(long? length)
    {
        using MemoryStream body = new(new byte[1_000_000]);

        Assert.Null(await JsonBody.ReadAsync(body, length, 100, CancellationToken.None));
        Assert.True(body.Position <= 64 * 1024);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(99)]
    [InlineData(100)]
    public async Task Body_within_the_limit_is_read_whole(int length)
    {
        byte[] sent = [.. Enumerable.Range(0, length).Select(static i => (byte)i)];
        using MemoryStream told = new(sent);
        using MemoryStream untold = new(sent);

        Assert.Equal(sent, (await JsonBody.ReadAsync(told, length, 100, CancellationToken.None))!.Value.ToArray());
        Assert.Equal(sent, (await JsonBody.ReadAsync(untold, null, 100, CancellationToken.None))!.Value.ToArray());
    }
}
