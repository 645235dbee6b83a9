using System.Net;
using FuncExec.Runtime.Functions.Access;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Functions.Tests;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class KeyFileTests : IDisposable
{
    private readonly TestDirectory _directory = new() { Kept = true };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Key_is_made_once_for_its_owner_only()
    {
        string key = await StartAsync();

        Assert.Equal(43, key.Length);
        Assert.Equal(key, await StartAsync());
        foreach (string name in new[] { KeyFiles.KeyFile, KeyFiles.SecretFile })
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_directory.Data, name)));
        }

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory.Data));
    }

    [Fact]
    public async Task Key_that_others_may_read_is_closed()
    {
        await StartAsync();
        string path = Path.Combine(_directory.Data, KeyFiles.KeyFile);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead | UnixFileMode.UserWrite);

        await StartAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task File_that_holds_no_key_ends_the_start()
    {
        Directory.CreateDirectory(_directory.Data);
        await File.WriteAllTextAsync(Path.Combine(_directory.Data, KeyFiles.KeyFile), "short");

        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(StartAsync);

        Assert.Contains("Delete it", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_that_start_at_once_end_up_with_one_key()
    {
        Directory.CreateDirectory(_directory.Data);
        AccessKeys[] keys = new AccessKeys[16];
        Parallel.For(0, keys.Length, i => keys[i] = KeyFiles.Open(_directory.Data, null));

        string key = File.ReadAllText(Path.Combine(_directory.Data, KeyFiles.KeyFile)).Trim();
        Assert.All(keys, one => Assert.True(one.IsKey(key)));
        Assert.Single(keys.Select(one => one.Code(ManagementOperation.Status, "x")).Distinct());
        Assert.Equal(2, Directory.GetFiles(_directory.Data).Length);
    }

    [Fact]
    public async Task Key_that_is_given_takes_the_files_place()
    {
        string made = await StartAsync();
        const string Given = "0123456789abcdef0123456789abcdef0123456789abcdef";
        await using (TestApp app = await TestApp.StartAsync(
            new TestAppOptions { Types = [typeof(LevelApp)], Directory = _directory, Arguments = ["--FUNCEXEC_KEY", Given] }))
        {
            Assert.Equal(Given, app.Key);
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, made));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, Given));
        }

        Assert.Equal(Given, await StartAsync());
    }

    [Theory]
    [InlineData("short")]
    [InlineData("0123456789abcdef 0123456789abcdef0123456789abcdef")]
    [InlineData("ä123456789abcdef0123456789abcdef0123456789abcdef")]
    public async Task Key_that_is_given_and_none_ends_the_start_without_being_said(string given)
    {
        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(() => TestApp.StartAsync(
            new TestAppOptions { Types = [typeof(LevelApp)], Arguments = ["--FUNCEXEC_KEY", given] }));

        Assert.Contains("FUNCEXEC_KEY", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(given, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_of_a_shared_hub_have_one_key_and_sign_alike()
    {
        using TestDirectory other = new() { Kept = true };
        Directory.CreateDirectory(_directory.Data);
        Directory.CreateDirectory(other.Data);
        var hub = new Secrets();
        AccessKeys one = await KeyFiles.OpenSharedAsync(_directory.Data, null, hub, default);
        AccessKeys two = await KeyFiles.OpenSharedAsync(other.Data, null, hub, default);

        string key = (await File.ReadAllTextAsync(Path.Combine(other.Data, KeyFiles.KeyFile))).Trim();
        Assert.Equal(key, (await File.ReadAllTextAsync(Path.Combine(_directory.Data, KeyFiles.KeyFile))).Trim());
        Assert.True(one.IsKey(key) && two.IsKey(key));
        Assert.Equal(one.Code(ManagementOperation.Purge, "x"), two.Code(ManagementOperation.Purge, "x"));

        const string Given = "0123456789abcdef0123456789abcdef0123456789abcdef";
        AccessKeys third = await KeyFiles.OpenSharedAsync(other.Data, Given, hub, default);
        AccessKeys later = await KeyFiles.OpenSharedAsync(_directory.Data, null, hub, default);
        Assert.True(third.IsKey(Given) && later.IsKey(Given) && !later.IsKey(key));
        Assert.Equal(one.Code(ManagementOperation.Purge, "x"), later.Code(ManagementOperation.Purge, "x"));
        Assert.Equal([KeyFiles.KeyFile], Directory.GetFiles(_directory.Data).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("--no-auth")]
    [InlineData("--FuncExec:Http:NoAuth=true")]
    public async Task Without_auth_no_key_is_asked_for_and_it_is_said(string argument)
    {
        await using TestApp app = await TestApp.StartAsync(
            new TestAppOptions { Types = [typeof(LevelApp)], Directory = _directory, Arguments = [argument] });

        using HttpResponseMessage response = await app.Http.GetAsync("/api/manager");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(app.Log.Has("Keys are off"));
    }

    private async Task<string> StartAsync()
    {
        await using TestApp app = await TestApp.StartAsync(new TestAppOptions { Types = [typeof(LevelApp)], Directory = _directory });
        return app.Key;
    }

    private static async Task<HttpStatusCode> StatusAsync(TestApp app, string key)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/manager");
        request.Headers.Add("x-functions-key", key);
        using HttpResponseMessage response = await app.Http.SendAsync(request);
        return response.StatusCode;
    }

    private sealed class Secrets : IHubSecrets
    {
        private readonly Dictionary<string, string> _texts = [];

        public Task<string> GetOrAddSecretAsync(string name, string value, CancellationToken cancellationToken)
        {
            _texts.TryAdd(name, value);
            return Task.FromResult(_texts[name]);
        }

        public Task SetSecretAsync(string name, string value, CancellationToken cancellationToken)
        {
            _texts[name] = value;
            return Task.CompletedTask;
        }
    }
}
