using System.Net;
using FuncExec.Runtime.Functions.Access;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;

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
        Parallel.For(0, keys.Length, i => keys[i] = KeyFiles.Open(_directory.Data));

        string key = File.ReadAllText(Path.Combine(_directory.Data, KeyFiles.KeyFile)).Trim();
        Assert.All(keys, one => Assert.True(one.IsKey(key)));
        Assert.Single(keys.Select(one => one.Code(ManagementOperation.Status, "x")).Distinct());
        Assert.Equal(2, Directory.GetFiles(_directory.Data).Length);
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
}
