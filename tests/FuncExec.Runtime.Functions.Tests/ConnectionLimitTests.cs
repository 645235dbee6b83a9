using FuncExec.Runtime.Functions.Front;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class ConnectionLimitTests
{
    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 512L)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max file size             unlimited            unlimited            bytes     ", null)]
    public void Half_of_what_may_be_open_is_for_connections(string line, long? limit) =>
        Assert.Equal(limit, ConnectionLimit.Read(["Limit                     Soft Limit           Hard Limit           Units     ", line]));
}
