using Microsoft.DurableTask;
using Moq;

namespace FuncExec.Runtime.Tests.Surface;

/// <summary>Every overload of the context, called as an app calls it, ends in the one that an engine implements.</summary>
public sealed class ContextOverloadTests
{
    private static readonly TaskOptions _options = TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromSeconds(1)));

    private readonly Mock<TaskOrchestrationContext> _mock = new() { CallBase = true };

    private TaskOrchestrationContext Context => _mock.Object;

    [Fact]
    public async Task Activities()
    {
        _mock.Setup(c => c.CallActivityAsync<int>("Count", It.IsAny<object?>(), It.IsAny<TaskOptions?>())).ReturnsAsync(3);

        await Context.CallActivityAsync("Note");
        await Context.CallActivityAsync("Note", "input");
        await Context.CallActivityAsync("Note", "input", _options);
        await Context.CallActivityAsync(new TaskName("Note"), _options);
        Assert.Equal(3, await Context.CallActivityAsync<int>("Count"));
        Assert.Equal(3, await Context.CallActivityAsync<int>("Count", "input"));
        Assert.Equal(3, await Context.CallActivityAsync<int>("Count", "input", new TaskOptions()));
        Assert.Equal(3, await Context.CallActivityAsync<int>("Count", _options));

        _mock.Verify(c => c.CallActivityAsync<object>("Note", null, null), Times.Once);
        _mock.Verify(c => c.CallActivityAsync<object>("Note", "input", null), Times.Once);
        _mock.Verify(c => c.CallActivityAsync<object>("Note", "input", _options), Times.Once);
        _mock.Verify(c => c.CallActivityAsync<object>("Note", null, _options), Times.Once);
        _mock.Verify(c => c.CallActivityAsync<int>("Count", null, null), Times.Once);
        _mock.Verify(c => c.CallActivityAsync<int>("Count", "input", null), Times.Once);
        _mock.Verify(c => c.CallActivityAsync<int>("Count", null, _options), Times.Once);
    }

    [Fact]
    public async Task Sub_orchestrations()
    {
        SubOrchestrationOptions named = _options.WithInstanceId("child");
        _mock.Setup(c => c.CallSubOrchestratorAsync<int>("Lane", It.IsAny<object?>(), It.IsAny<TaskOptions?>())).ReturnsAsync(3);

        await Context.CallSubOrchestratorAsync("Step");
        await Context.CallSubOrchestratorAsync("Step", "input");
        await Context.CallSubOrchestratorAsync("Step", "input", named);
        await Context.CallSubOrchestratorAsync("Step", named);
        Assert.Equal(3, await Context.CallSubOrchestratorAsync<int>("Lane"));
        Assert.Equal(3, await Context.CallSubOrchestratorAsync<int>("Lane", "input"));
        Assert.Equal(3, await Context.CallSubOrchestratorAsync<int>("Lane", "input", options: named));
        Assert.Equal(3, await Context.CallSubOrchestratorAsync<int>("Lane", named));

        _mock.Verify(c => c.CallSubOrchestratorAsync<object>("Step", null, null), Times.Once);
        _mock.Verify(c => c.CallSubOrchestratorAsync<object>("Step", "input", null), Times.Once);
        _mock.Verify(c => c.CallSubOrchestratorAsync<object>("Step", "input", named), Times.Once);
        _mock.Verify(c => c.CallSubOrchestratorAsync<object>("Step", null, named), Times.Once);
        _mock.Verify(c => c.CallSubOrchestratorAsync<int>("Lane", null, null), Times.Once);
        _mock.Verify(c => c.CallSubOrchestratorAsync<int>("Lane", "input", named), Times.Once);
        _mock.Verify(c => c.CallSubOrchestratorAsync<int>("Lane", null, named), Times.Once);
    }

    [Fact]
    public async Task Timers()
    {
        DateTime now = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        _mock.Setup(c => c.CurrentUtcDateTime).Returns(now);
        using CancellationTokenSource source = new();

        await Context.CreateTimer(now.AddHours(1), CancellationToken.None);
        await Context.CreateTimer(TimeSpan.FromMinutes(1), source.Token);

        _mock.Verify(c => c.CreateTimer(now.AddHours(1), CancellationToken.None), Times.Once);
        _mock.Verify(c => c.CreateTimer(now.AddMinutes(1), source.Token), Times.Once);
    }

    [Fact]
    public async Task Events()
    {
        _mock.Setup(c => c.WaitForExternalEvent<string>("approve", It.IsAny<CancellationToken>())).ReturnsAsync("yes");
        _mock.Setup(c => c.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>()))
            .Returns(new TaskCompletionSource().Task);

        Assert.Equal("yes", await Context.WaitForExternalEvent<string>("approve"));
        Assert.Equal("yes", await Context.WaitForExternalEvent<string>("approve", CancellationToken.None));
        Assert.Equal("yes", await Context.WaitForExternalEvent<string>("approve", TimeSpan.FromDays(3)));
        Assert.Equal("yes", await Context.WaitForExternalEvent<string>("approve", TimeSpan.FromDays(3), CancellationToken.None));
        Context.SendEvent("job-2", "approve", "yes");

        _mock.Verify(c => c.WaitForExternalEvent<string>("approve", It.IsAny<CancellationToken>()), Times.Exactly(4));
        _mock.Verify(c => c.SendEvent("job-2", "approve", "yes"), Times.Once);
    }

    [Fact]
    public void Continuing_as_new()
    {
        Context.ContinueAsNew();
        Context.ContinueAsNew("input", preserveUnprocessedEvents: false);
        Context.ContinueAsNew(new ContinueAsNewOptions { NewInput = "options", NewVersion = "2.0" });

        _mock.Verify(c => c.ContinueAsNew(null, true), Times.Once);
        _mock.Verify(c => c.ContinueAsNew("input", false), Times.Once);
        _mock.Verify(c => c.ContinueAsNew("options", true), Times.Once);
        Assert.Throws<ArgumentNullException>(() => Context.ContinueAsNew((ContinueAsNewOptions)null!));
    }

    [Fact]
    public void What_it_knows_of_itself()
    {
        _mock.Setup(c => c.GetInput<string>()).Returns("input");
        _mock.Setup(c => c.Parent).Returns(new ParentOrchestrationInstance("Root", "job-1"));

        Assert.Equal("input", Context.GetInput<string>());
        Assert.Equal(new ParentOrchestrationInstance("ROOT", "job-1"), Context.Parent);
        Assert.Equal("", Context.Version);
        Assert.Empty(Context.Properties);
        Assert.True(Context.CompareVersionTo("1.0") < 0);
        Assert.Equal(0, Context.CompareVersionTo(""));
    }
}
