using FuncExec.WorkerFunctions.Hosting;

namespace FuncExec.WorkerFunctions.Tests.Hosting;

public sealed class OwnAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:7071", "http://127.0.0.1:7071")]
    [InlineData("http://0.0.0.0:7071", "http://127.0.0.1:7071")]
    [InlineData("https://[::]:7443", "https://[::1]:7443")]
    [InlineData("http://*:8080", "http://127.0.0.1:8080")]
    [InlineData("https://10.0.0.5:7443 http://127.0.0.1:7071", "http://127.0.0.1:7071")]
    [InlineData("https://10.0.0.5:7443", "https://10.0.0.5:7443")]
    [InlineData("http://unix:/tmp/socket", null)]
    [InlineData("", null)]
    public void Programs_of_this_machine_are_sent_to_loopback_if_they_can(string listens, string? own) =>
        Assert.Equal(own, OwnAddress.Choose(listens.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
