using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Moq;
using Moq.Protected;

namespace FuncExec.Runtime.Tests.Surface;

public sealed class ReplaySafeLoggingTests
{
    [Fact]
    public void Lines_are_written_live_and_left_out_in_replay()
    {
        RecordingLoggerFactory lines = new();
        FakeContext context = new(lines);
        ILogger[] loggers =
        [
            context.CreateReplaySafeLogger("a"),
            context.CreateReplaySafeLogger(typeof(string)),
            context.CreateReplaySafeLogger<int>(),
            context.ReplaySafeLoggerFactory.CreateLogger("b"),
        ];

        context.Replaying = true;
        Array.ForEach(loggers, logger => logger.LogInformation("old"));
        context.Replaying = false;
        Array.ForEach(loggers, logger => logger.LogInformation("new"));

        Assert.Equal(["a: new", "string: new", "int: new", "b: new"], lines.Written);
    }

    [Fact]
    public void Whether_a_level_is_on_has_the_same_answer_in_replay()
    {
        FakeContext context = new(new RecordingLoggerFactory());
        ILogger logger = context.CreateReplaySafeLogger("a");

        context.Replaying = true;
        Assert.True(logger.IsEnabled(LogLevel.Information));
        context.Replaying = false;
        Assert.True(logger.IsEnabled(LogLevel.Information));
    }

    [Fact]
    public void A_wrapper_that_returns_its_inner_contexts_factory_logs_each_line_once()
    {
        RecordingLoggerFactory lines = new();
        FakeContext inner = new(lines);
        TaskOrchestrationContext wrapper = ContextWith(() => inner.ReplaySafeLoggerFactory);

        wrapper.CreateReplaySafeLogger("a").LogInformation("new");

        Assert.Equal(["a: new"], lines.Written);
    }

    [Fact]
    public void A_context_that_returns_its_own_factory_is_told_so()
    {
        TaskOrchestrationContext? context = null;
        context = ContextWith(() => context!.ReplaySafeLoggerFactory);

        Assert.Contains(
            "leads back to itself",
            Assert.Throws<InvalidOperationException>(() => context.CreateReplaySafeLogger("a")).Message);
    }

    [Fact]
    public void The_replay_safe_factory_takes_no_providers() => Assert.Throws<NotSupportedException>(
        () => new FakeContext(new RecordingLoggerFactory()).ReplaySafeLoggerFactory.AddProvider(Mock.Of<ILoggerProvider>()));

    private static TaskOrchestrationContext ContextWith(Func<ILoggerFactory> loggerFactory)
    {
        Mock<TaskOrchestrationContext> context = new() { CallBase = true };
        context.Protected().SetupGet<ILoggerFactory>("LoggerFactory").Returns(loggerFactory);
        return context.Object;
    }

    private sealed class RecordingLoggerFactory : ILoggerFactory
    {
        public List<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, Written);

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }

    private sealed class Recorder(string category, List<string> written) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            written.Add($"{category}: {formatter(state, exception)}");
    }
}
