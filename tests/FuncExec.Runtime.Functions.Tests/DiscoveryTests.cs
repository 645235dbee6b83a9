using System.Reflection;
using FuncExec.Runtime.Functions.Discovery;
using FuncExec.Runtime.Functions.Hosting;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class DiscoveryTests
{
    [Fact]
    public void Scanner_finds_what_reflection_finds()
    {
        MethodInfo[] expected = [.. typeof(DiscoveryTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method.IsDefined(typeof(FunctionAttribute)))];

        (IReadOnlyList<MethodInfo> methods, IReadOnlyList<Type> classes) = FunctionScanner.Scan(typeof(DiscoveryTests).Assembly);

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(DiscoveredFunction.Spell).Order(), methods.Select(DiscoveredFunction.Spell).Order());
        Assert.Equal(
            typeof(DiscoveryTests).Assembly.GetTypes().Where(type => type.IsDefined(typeof(DurableTaskAttribute))).Select(type => type.FullName).Order(),
            classes.Select(type => type.FullName).Order());
        Assert.Contains(typeof(Styled), classes);
    }

    [Fact]
    public void Trigger_is_known_whichever_object_reflection_hands_out_for_it()
    {
        MethodInfo method = typeof(TimerApp.Plain).GetMethod(nameof(TimerApp.Plain.Tick))!;
        DiscoveredFunction function = new FunctionFinder([]).Read(method)!;

        Assert.True(function.IsTrigger(new ParameterAt(function.TriggerParameter.Position)));
        Assert.False(function.IsTrigger(new ParameterAt(function.TriggerParameter.Position + 1)));
    }

    [Fact]
    public void Manifest_names_the_assemblies_with_functions_and_the_hubs()
    {
        AppManifest manifest = new(typeof(DiscoveryTests).Assembly);

        Assert.Equal([typeof(DiscoveryTests).Assembly], manifest.FunctionAssemblies());
        Assert.Equal(["sqlite"], manifest.Hubs().Select(hub => hub.Type));
    }

    [Fact]
    public void Hub_is_the_one_named_else_the_only_default()
    {
        Hub one = new("one", true);
        Hub two = new("two", false);

        Assert.Same(one, HubChooser.Choose([two, one], null, needed: true));
        Assert.Same(two, HubChooser.Choose([two, one], "TWO", needed: false));
        Assert.Null(HubChooser.Choose([], null, needed: false));
    }

    [Fact]
    public void Hub_that_cannot_be_chosen_ends_the_start()
    {
        Assert.Contains("references no hub", Refuse([], null), StringComparison.Ordinal);
        Assert.Contains("no default hub", Refuse([new Hub("two", false)], null), StringComparison.Ordinal);
        string twice = Refuse([new Hub("one", true), new Hub("uno", true)], null);
        Assert.Contains("one (", twice, StringComparison.Ordinal);
        Assert.Contains("uno (", twice, StringComparison.Ordinal);
        Assert.Contains("storageProvider.type", twice, StringComparison.Ordinal);
        Assert.Contains("add a reference", Refuse([], "postgresql"), StringComparison.Ordinal);
    }

    private static string Refuse(IReadOnlyList<IHubProvider> hubs, string? type) =>
        Assert.Throws<FunctionsStartException>(() => HubChooser.Choose(hubs, type, needed: true)).Message;

#pragma warning disable FXR102 // Only found here, never run.
    [DurableTask("styled")]
    private sealed class Styled;
#pragma warning restore FXR102

    /// <summary>A parameter as reflection may hand it out a second time: another object, at the same place.</summary>
    private sealed class ParameterAt : ParameterInfo
    {
        public ParameterAt(int position) => PositionImpl = position;
    }

    private sealed class Hub(string type, bool isDefault) : IHubProvider
    {
        public string Type => type;

        public bool IsDefault => isDefault;

        public IHub Create(HubContext context) => throw new InvalidOperationException("No hub is made here.");
    }
}
