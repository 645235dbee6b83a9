using System.Diagnostics;

namespace FuncExec.Service.Tests.Running;

/// <summary>A pipe at which commands wait, without doing anything, until it is opened.</summary>
internal sealed class Gate : IDisposable
{
    private const string Variable = "FUNCEXEC_GATE_TEST";

    private readonly string _path;
    private readonly string _mark = Guid.NewGuid().ToString("N");

    public Gate(DataDirectory data)
    {
        _path = data.File($"gate-{_mark}");
        using Process made = Process.Start("mkfifo", [_path]);
        made.WaitForExit();
    }

    /// <summary>The commands that live.</summary>
    public List<LivingProcess> Living => ProcessTable.Find(Variable, _mark);

    /// <summary>The pipe.</summary>
    public string Path => _path;

    /// <summary>What marks a command as one of the gate's.</summary>
    public Dictionary<string, string> Environment => new() { [Variable] = _mark };

    /// <summary>A job of one command that waits at the gate: who opens a pipe to read waits for one who opens it to write.</summary>
    public object Job => new { command = "cat", args = new[] { _path }, env = Environment };

    /// <summary>Posts a job of one command and waits until that waits; answers the job's id.</summary>
    public async Task<string> PostAsync(ServiceClient api)
    {
        string id = (await api.PostJobAsync(Job)).GetProperty("id").GetString()!;
        await Patience.UntilAsync("the command waits at the gate", () => Living.Count > 0);
        return id;
    }

    /// <summary>Lets all go that wait; waits for one, if none does.</summary>
    public void Open() => File.WriteAllText(_path, "");

    public void Dispose() => File.Delete(_path);
}
