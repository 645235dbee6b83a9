namespace FuncExec.Runtime.PostgresStore.Tests;

public sealed class TransportTests
{
    [Theory]
    [InlineData("Host=127.0.0.1;Username=u", "Prefer")]
    [InlineData("Host=localhost:5433;Username=u", "Prefer")]
    [InlineData("Host=/var/run/postgresql;Username=u", "Prefer")]
    [InlineData("Host=127.0.0.1,[::1];Username=u;SSL Mode=Disable", "Disable")]
    [InlineData("Host=db.example.org;Username=u", "VerifyFull")]
    [InlineData("Host=127.0.0.1,db.example.org;Username=u", "VerifyFull")]
    [InlineData("Host=10.0.0.7;Username=u;SslMode=VerifyCA", "VerifyCA")]
    [InlineData("Host=10.0.0.7;Username=u;SSL Mode=Require;Insecure=true", "Require")]
    [InlineData("Host=10.0.0.7;Username=u;Insecure=true", "Prefer")]
    public void What_leaves_the_machine_is_verified_unless_the_word_is_there(string connectionString, string mode) =>
        Assert.Equal(mode, Opening.ConnectionSettings.Read(connectionString, "s", 10, TestKind.Plain).SslMode.ToString());

    [Theory]
    [InlineData("Host=10.0.0.7;Username=u;SSL Mode=Require", "10.0.0.7", "VerifyFull", "Insecure=true")]
    [InlineData("Host=127.0.0.1,db.example.org;Username=u;SSL Mode=Prefer", "db.example.org", "VerifyFull")]
    [InlineData("Host=db;Username=u;SSL Mode=Disable;Insecure=false", "db", "VerifyFull")]
    [InlineData("Username=u", "Host=")]
    [InlineData("Host=db;Usrname=u", "usrname")]
    [InlineData("Host=db;Insecure=perhaps", "Insecure is true or false")]
    [InlineData("Host", "connection string")]
    [InlineData("Host=db;Port=many", "port")]
    public void A_wrong_connection_string_ends_the_start_with_what_to_do(string connectionString, params string[] words)
    {
        var refusal = Assert.Throws<StartException>(() => Opening.ConnectionSettings.Read(connectionString, "s", 10, TestKind.Plain));
        Assert.All(words, word => Assert.Contains(word, refusal.Message, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_description_has_no_secret()
    {
        string description = Opening.ConnectionSettings.Describe(
            Opening.ConnectionSettings.Read("Host=localhost;Username=someone;Password=hidden", "s", 10, TestKind.Plain));
        Assert.DoesNotContain("hidden", description, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", description, StringComparison.Ordinal);
        Assert.Contains("localhost:5432", description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Default", "funcexec_default")]
    [InlineData("my-hub_2", "funcexec_my_hub_2")]
    public void A_hub_has_a_schema_of_its_own(string hub, string schema) => Assert.Equal(schema, Opening.SchemaName.OfHub(hub));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("x;DROP")]
    [InlineData("a123456789012345678901234567890123456789012345678901234")]
    public void A_hub_name_that_makes_no_schema_is_refused(string hub) => Assert.Throws<ArgumentException>(() => Opening.SchemaName.OfHub(hub));
}
