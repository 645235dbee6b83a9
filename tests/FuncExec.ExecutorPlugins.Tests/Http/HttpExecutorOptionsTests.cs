using FuncExec.ExecutorPlugins.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.ExecutorPlugins.Tests.Http;

public sealed class HttpExecutorOptionsTests
{
    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        HttpExecutorOptions options = Read();

        Assert.Equal(64 * 1024 * 1024, options.MaxResponseBytes);
        Assert.Equal(TimeSpan.FromSeconds(10), options.ConnectTimeout);
        Assert.Empty(options.AllowedAddresses);
    }

    [Theory]
    [InlineData("00:00:02.5", 2500)]
    [InlineData("2s", 2000)]
    [InlineData("1500ms", 1500)]
    [InlineData("1m", 60_000)]
    public void Durations_are_read_as_elsewhere(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Read(("ConnectTimeout", text)).ConnectTimeout);

    [Fact]
    public void Lists_are_arrays_or_separated_by_commas()
    {
        Assert.Equal(["127.0.0.1/32", "build.internal", "::1"], Read(("AllowedAddresses", " 127.0.0.1/32, build.internal ,,::1")).AllowedAddresses);
        Assert.Equal(["10.0.0.0/8", "a", "b"], Read(("AllowedAddresses:0", "10.0.0.0/8"), ("AllowedAddresses:1", "a,b")).AllowedAddresses);
        Assert.Equal(2048, Read(("MaxResponseBytes", "2048")).MaxResponseBytes);
    }

    [Theory]
    [InlineData("MaxResponseBytes", "0")]
    [InlineData("MaxResponseBytes", "-5")]
    [InlineData("MaxResponseBytes", "1e6")]
    [InlineData("MaxResponseBytes", "64MiB")]
    [InlineData("MaxResponseBytes", "1099511627777")]
    [InlineData("ConnectTimeout", "10")]
    [InlineData("ConnectTimeout", "0s")]
    [InlineData("ConnectTimeout", "99ms")]
    [InlineData("ConnectTimeout", "3m")]
    [InlineData("ConnectTimeout", "-1s")]
    [InlineData("ConnectTimeout", "soon")]
    [InlineData("AllowedAddresses", "10.0.0.1/8")]
    [InlineData("AllowedAddresses", "10.0.0.0/33")]
    [InlineData("AllowedAddresses", "10.0.0.0/")]
    [InlineData("AllowedAddresses", "http://a.example")]
    [InlineData("AllowedAddresses", "*.internal")]
    [InlineData("AllowedAddresses", "a b")]
    [InlineData("AllowedAddresses", "bücher.example")]
    [InlineData("AllowedAddresses", "::ffff:10.0.0.0/104")]
    public void Wrong_setting_is_named(string name, string value) =>
        Assert.Contains($"FuncExec__Executors__Http__{name}", Assert.Throws<ArgumentException>(() => Read((name, value))).Message);

    [Fact]
    public void All_wrong_settings_are_named_at_once()
    {
        string message = Assert.Throws<ArgumentException>(() => Read(("MaxResponseBytes", "0"), ("ConnectTimeout", "x"), ("AllowedAddresses", "a/b,c d"))).Message;

        Assert.Contains("MaxResponseBytes", message);
        Assert.Contains("ConnectTimeout", message);
        Assert.Contains("'a/b'", message);
        Assert.Contains("'c d'", message);
    }

    [Fact]
    public void Executor_refuses_options_out_of_their_range() =>
        Assert.Throws<ArgumentException>(() => new HttpExecutor(new HttpExecutorOptions { MaxResponseBytes = 0 }, TimeProvider.System, NullLogger<HttpExecutor>.Instance));

    [Fact]
    public void Two_lines_register_it()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddSingleton(Read())
            .AddSingleton<IExecutor, HttpExecutor>()
            .BuildServiceProvider();

        Assert.Equal("http", services.GetRequiredService<IExecutor>().Name);
    }

    private static HttpExecutorOptions Read(params (string Name, string Value)[] settings)
    {
        ConfigurationBuilder builder = new();
        builder.AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create<string, string?>($"{HttpExecutorOptions.Section}:{setting.Name}", setting.Value)));
        return HttpExecutorOptions.Read(builder.Build());
    }
}
