using FuncExec.ExecutorPlugins.Command.Policy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FuncExec.ExecutorPlugins.Tests.Command.Policy;

public sealed class CommandPolicyOptionsTests
{
    [Fact]
    public void Both_forms_are_taken_together()
    {
        CommandPolicyOptions options = Read(
            ("EXECUTOR_COMMAND_ALLOWED", " make, /usr/bin/python3* ,,"),
            ("FuncExec:Executors:Command:Allowed:0", "gcc"),
            ("FuncExec:Executors:Command:Allowed:10", "c"),
            ("FuncExec:Executors:Command:Allowed:9", "b"),
            ("FuncExec:Executors:Command:Blocked:0", "rm"));

        Assert.Equal(["make", "/usr/bin/python3*", "gcc", "b", "c"], options.Allowed);
        Assert.Equal(["rm"], options.Blocked);
    }

    [Fact]
    public void Without_settings_everything_runs()
    {
        Assert.Empty(Read().Allowed);
        Assert.Empty(Read(("EXECUTOR_COMMAND_BLOCKED", "")).Blocked);
    }

    [Theory]
    [InlineData("EXECUTOR_COMMAND_ALLOWED", "bin/make", "'EXECUTOR_COMMAND_ALLOWED' is 'bin/make'")]
    [InlineData("EXECUTOR_COMMAND_BLOCKED", "rm,./x", "'EXECUTOR_COMMAND_BLOCKED' is './x'")]
    [InlineData("EXECUTOR_COMMAND_BLOCKED", "/usr/bin/../rm", "without . and ..")]
    [InlineData("EXECUTOR_COMMAND_BLOCKED", "/usr/bin/", "'/usr/bin/*' stands for")]
    [InlineData("EXECUTOR_COMMAND_BLOCKED", "r\0m", "NUL")]
    [InlineData("FuncExec:Executors:Command:Blocked:3", "a/b", "'FuncExec__Executors__Command__Blocked__3' is 'a/b'")]
    [InlineData("FuncExec:Executors:Command:Allowed", "make", "'FuncExec__Executors__Command__Allowed' is a list")]
    public void Wrong_entry_is_named_with_its_setting(string key, string value, string expected) =>
        Assert.Contains(expected, Assert.Single(Assert.Throws<OptionsValidationException>(() => Read((key, value))).Failures));

    [Fact]
    public void All_wrong_entries_are_named_at_once() => Assert.Equal(3, Assert.Throws<OptionsValidationException>(
        () => Read(("EXECUTOR_COMMAND_ALLOWED", "a/b,c/d"), ("EXECUTOR_COMMAND_BLOCKED", "./x"))).Failures.Count());

    private static CommandPolicyOptions Read(params (string Key, string Value)[] settings) => CommandPolicyOptions.From(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build());
}
