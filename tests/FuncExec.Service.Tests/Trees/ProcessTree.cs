using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Trees;

/// <summary>
/// A tree of five levels that does what it can to stay: each level ignores SIGTERM, forks twice so that its child's parent is gone,
/// gives it a session of its own, and has a plain child beside it.
/// </summary>
internal sealed class ProcessTree : IDisposable
{
    private const string Variable = "FUNCEXEC_TREE_TEST";
    private const int Levels = 5;

    private const string Script =
        """
        trap '' TERM HUP INT
        if [ "$1" -gt 1 ]; then
          if [ "$1" -eq 4 ] && [ "$FUNCEXEC_TREE_LEAVES" ]; then clean='env -i PATH='"$PATH"' FUNCEXEC_TREE_TEST='"$FUNCEXEC_TREE_TEST"; else clean=; fi
          ( setsid $clean sh "$0" $(($1 - 1)) "$2" < /dev/null > /dev/null 2>&1 & )
          sh "$0" 1 "$2" &
        fi
        echo $$ >> "$2"
        if [ "$3" ]; then
          while [ ! -e "$3" ]; do sleep 0.02; done
          exit 0
        fi
        while :; do sleep 1000; done
        """;

    // Each level but the last has a plain child: 5 + 4.
    private const int Shells = Levels + Levels - 1;

    private readonly string _script;
    private readonly string _pids;
    private readonly string _mark = Guid.NewGuid().ToString("N");

    public ProcessTree(DataDirectory data)
    {
        _script = data.File($"tree-{_mark}.sh");
        _pids = data.File($"pids-{_mark}");
        Success = data.File($"success-{_mark}");
        File.WriteAllText(_script, Script);
    }

    /// <summary>Made, this file lets the root of a tree that may succeed do so.</summary>
    public string Success { get; }

    /// <summary>Those of it that live.</summary>
    public List<LivingProcess> Living => ProcessTable.Find(Variable, _mark);

    /// <summary>The payload of the command that grows it.</summary>
    /// <param name="maySucceed">Whether its root waits for the file and then succeeds.</param>
    /// <param name="leavesEnvironment">Whether its second level starts the third without the environment that the service gave it.</param>
    public object Payload(bool maySucceed = false, bool leavesEnvironment = false) => new
    {
        command = "sh",
        args = maySucceed ? new[] { _script, $"{Levels}", _pids, Success } : [_script, $"{Levels}", _pids],
        env = new Dictionary<string, string> { [Variable] = _mark, ["FUNCEXEC_TREE_LEAVES"] = leavesEnvironment ? "yes" : "" },
    };

    /// <summary>Waits until all of it is there.</summary>
    public Task WaitUntilGrownAsync() => Patience.UntilAsync(
        "the whole tree has grown",
        () => File.Exists(_pids) && File.ReadAllLines(_pids).Length >= Shells && Living.Count >= Shells);

    /// <summary>Waits until nothing of it is there.</summary>
    public Task WaitUntilGoneAsync() => Patience.UntilAsync(
        "nothing of the tree is left", () => Living.Count == 0);

    /// <summary>What a failing test leaves is ended here.</summary>
    public void Dispose()
    {
        foreach (LivingProcess process in Living)
        {
            try
            {
                using var living = System.Diagnostics.Process.GetProcessById(process.Id);
                living.Kill();
            }
            catch (ArgumentException)
            {
                // It has just ended.
            }
        }
    }
}
