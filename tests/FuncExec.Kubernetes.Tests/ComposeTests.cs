using System.Globalization;
using System.Text.RegularExpressions;
using FuncExec.Kubernetes.Tests.Manifests;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace FuncExec.Kubernetes.Tests;

/// <summary>What <c>compose.yaml</c> says; no engine runs it here.</summary>
public sealed partial class ComposeTests
{
    private static readonly string[] s_nodes = ["api", "worker-1", "worker-2"];
    private readonly JsonNode _file = Read();

    [Fact]
    public void There_are_a_database_an_api_and_two_workers()
    {
        Assert.Equal(["api", "postgresql", "worker-1", "worker-2"], ((JsonObject)_file["services"]!).Select(static service => service.Key).Order(StringComparer.Ordinal));
        Assert.Equal(["api", "worker", "worker"], s_nodes.Select(name => Setting(name, "FuncExec__Role")));
        Assert.Equal(["service", "worker", "worker"], s_nodes.Select(name => Node(name).Text("build/target")!));
        Assert.All(s_nodes, name => Assert.Equal("service_healthy", Node(name).Text("depends_on/postgresql/condition")));
        Assert.NotEmpty(_file.Items("services/postgresql/healthcheck/test"));
    }

    [Fact]
    public void Nodes_share_the_hub_of_the_database()
    {
        foreach (string name in s_nodes)
        {
            const string Hub = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__";
            Assert.Equal("postgresql", Setting(name, Hub + "type"));
            string connection = Setting(name, "ConnectionStrings__" + Setting(name, Hub + "connectionStringName"))!;
            Assert.StartsWith("Host=postgresql;", connection, StringComparison.Ordinal);
            Assert.Contains("Database=" + _file.Text("services/postgresql/environment/POSTGRES_DB"), connection, StringComparison.Ordinal);
            Assert.Contains("Username=" + _file.Text("services/postgresql/environment/POSTGRES_USER"), connection, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_image_is_of_a_stated_version_and_every_target_is_in_the_Containerfile()
    {
        string containerfile = File.ReadAllText(Path.Combine(Repository.Root, "Containerfile"));
        foreach ((_, JsonNode? service) in (JsonObject)_file["services"]!)
        {
            Assert.Matches(@"^[a-z/]+:[0-9][0-9.]*$", service.Text("image"));
            if (service.Text("build/target") is { } target)
            {
                Assert.Matches($@"(?m)^FROM \S+ AS {target}$", containerfile);
            }
        }
    }

    [Fact]
    public void Nodes_are_locked_down()
    {
        foreach (string name in s_nodes)
        {
            JsonNode node = Node(name);
            Assert.True(node.Flag("read_only"));
            Assert.Equal("ALL", Assert.Single(node.Items("cap_drop")).ToString());
            Assert.Equal("no-new-privileges:true", Assert.Single(node.Items("security_opt")).ToString());
            Assert.Null(node.At("privileged"));
            Assert.StartsWith("/tmp:", Assert.Single(node.Items("tmpfs")).ToString(), StringComparison.Ordinal);
            Assert.EndsWith(":/data", Assert.Single(node.Items("volumes")).ToString(), StringComparison.Ordinal);
        }

        // Each node's directory is its own.
        Assert.Equal(3, s_nodes.Select(name => Node(name).Items("volumes")[0].ToString()).Distinct().Count());
    }

    [Fact]
    public void Only_the_api_is_reached_and_only_from_this_machine()
    {
        Assert.StartsWith("127.0.0.1:", Assert.Single(Node("api").Items("ports")).ToString(), StringComparison.Ordinal);
        Assert.All(["postgresql", "worker-1", "worker-2"], name => Assert.Null(Node(name).At("ports")));
        Assert.True(_file.Flag("networks/nodes/internal"));
    }

    [Fact]
    public void Nodes_have_time_to_drain()
    {
        foreach (string name in s_nodes)
        {
            string grace = Node(name).Text("stop_grace_period")!;
            Assert.EndsWith("m", grace, StringComparison.Ordinal);
            Assert.True(
                TimeSpan.FromMinutes(int.Parse(grace[..^1], CultureInfo.InvariantCulture)) >= TimeSpan.Parse(Setting(name, "FuncExec__DrainTimeout")!, CultureInfo.InvariantCulture) + TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public void Secrets_come_from_the_environment()
    {
        Assert.All(_file.AllTexts().Where(static text => text.Contains("assword=", StringComparison.Ordinal)), static text => Assert.Matches(@"Password=\$\{POSTGRES_PASSWORD:\?", text));
        Assert.All(s_nodes, name => Assert.Matches(FromEnvironment(), Setting(name, "FUNCEXEC_KEY")));
        Assert.Matches(FromEnvironment(), _file.Text("services/postgresql/environment/POSTGRES_PASSWORD"));
    }

    private JsonNode Node(string name) => _file.At("services/" + name)!;

    private string? Setting(string name, string setting) => Node(name).Text("environment/" + setting);

    // Anchors and merge keys are resolved first.
    private static JsonNode Read()
    {
        using var reader = new StreamReader(Path.Combine(Repository.Root, "compose.yaml"));
        object? read = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize(new MergingParser(new Parser(reader)));
        return Convert(read)!;
    }

    private static JsonNode? Convert(object? value) => value switch
    {
        IDictionary<object, object?> members => new JsonObject(members.Select(static pair => KeyValuePair.Create((string)pair.Key, Convert(pair.Value)))),
        IList<object?> items => new JsonArray([.. items.Select(Convert)]),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        null => null,
        _ => JsonValue.Create(System.Convert.ToDouble(value, CultureInfo.InvariantCulture)),
    };

    [GeneratedRegex(@"^\$\{[A-Z_]+:\?[^}]+\}$")]
    private static partial Regex FromEnvironment();
}
