using FuncExec.ExecutorPlugins.Processes;

namespace FuncExec.ExecutorPlugins.Command.Policy;

/// <summary>
/// Decides whether a program may be run. What is judged is the file that would run, with every link that leads to it; of
/// a script also its interpreter, by the block-list: an allowed script brings its own.
/// </summary>
internal sealed class CommandPolicy
{
    /// <summary>As many interpreters of interpreters as the kernel follows.</summary>
    private const int MostInterpreters = 5;

    /// <summary>Many programs in one file, told by the name they are called by: the file itself tells nothing.</summary>
    private static readonly HashSet<string> ManyInOne = new(StringComparer.Ordinal) { "busybox", "toybox", "coreutils", "gnu-coreutils" };

    private readonly PolicyEntry[] _allowed;
    private readonly PolicyEntry[] _blocked;
    private readonly string _path;

    /// <summary>Makes a policy.</summary>
    /// <param name="options">The lists, whose entries are valid.</param>
    /// <param name="path">The service's own PATH: where an entry that is a name means its program.</param>
    public CommandPolicy(CommandPolicyOptions options, string path)
    {
        _allowed = [.. options.Allowed.Select(Parse)];
        _blocked = [.. options.Blocked.Select(Parse)];
        _path = path;
    }

    /// <summary>Whether every program may be run.</summary>
    public bool AllowsAll => _allowed.Length == 0 && _blocked.Length == 0;

    /// <summary>
    /// Why the program may not be run, or null. <paramref name="directory"/> is where it starts, or null while that is not
    /// known: then a relative path is judged by its name alone, and again when it is.
    /// </summary>
    public string? WhyNot(string program, string path, string? directory)
    {
        if (AllowsAll || program.Length == 0)
        {
            return null;
        }

        if (program.Contains('/') && !program.StartsWith('/') && directory is null)
        {
            return Blocks([program], ProgramChain.Name(program)) is { } entry ? Blocked(program, entry) : null;
        }

        if (Resolve(program, path, directory) is not { } chain)
        {
            return WhyNotMissing(program);
        }

        if (Blocks(chain.Paths, ProgramChain.Name(program)) is { } blocking)
        {
            return Blocked(program, blocking);
        }

        return _allowed.Length > 0 && !Allows(chain)
            ? $"'{program}' is not among the programs that may be run here (EXECUTOR_COMMAND_ALLOWED)"
            : WhyNotInterpreter(chain, path);
    }

    private static PolicyEntry Parse(string text) =>
        PolicyEntry.TryParse(text, out string fault) ?? throw new ArgumentException($"An entry of the command policy {fault}.", nameof(text));

    private static string Blocked(string program, PolicyEntry entry) =>
        $"'{program}' may not be run here: '{entry.Text}' is blocked (EXECUTOR_COMMAND_BLOCKED)";

    /// <summary>Another node may have what is not here; that it is not on the list is true everywhere.</summary>
    private string? WhyNotMissing(string program)
    {
        string name = ProgramChain.Name(program);
        bool Names(PolicyEntry entry) => entry.Matches(program) || (entry.IsName && entry.Matches(name) && !program.Contains('/'));
        return Array.Find(_blocked, Names) is { } blocking ? Blocked(program, blocking)
            : _allowed.Length > 0 && !Array.Exists(_allowed, Names) ? $"'{program}' is not among the programs that may be run here (EXECUTOR_COMMAND_ALLOWED)"
            : null;
    }

    private string? WhyNotInterpreter(ProgramChain script, string path)
    {
        ProgramChain chain = script;
        for (int depth = 0; depth < MostInterpreters && _blocked.Length > 0; depth++)
        {
            (string? interpreter, string argument) = ScriptInterpreter.Read(chain.RealPath);
            if (interpreter is null || Resolve(interpreter, path, null) is not { } next)
            {
                return null;
            }

            List<ProgramChain> programs = [next];
            if (ProgramChain.Name(interpreter) == "env" && Array.Find(argument.Split(' '), static word => word.Length > 0 && word[0] != '-' && !word.Contains('=')) is { } named
                && Resolve(named, path, null) is { } started)
            {
                programs.Add(started);
            }

            foreach (ProgramChain program in programs)
            {
                if (Blocks(program.Paths, ProgramChain.Name(program.Called)) is { } blocking)
                {
                    return $"'{script.Called}' may not be run here: its interpreter '{program.Called}' is blocked by '{blocking.Text}' (EXECUTOR_COMMAND_BLOCKED)";
                }
            }

            chain = next;
        }

        return null;
    }

    /// <summary>The entry that blocks it: by any name or path that leads to it, or because it leads to the same file.</summary>
    private PolicyEntry? Blocks(IReadOnlyCollection<string> paths, string calledAs) => Array.Find(_blocked, entry =>
        (entry.IsName && entry.Matches(calledAs))
        || paths.Any(path => entry.Matches(entry.IsName ? ProgramChain.Name(path) : path))
        || PathsOf(entry).Overlaps(paths));

    /// <summary>
    /// A name allows what it means in the service's PATH, wherever a link to that lies; not another file of that name. And
    /// only under a name that it has there: some programs do what they are called.
    /// </summary>
    private bool Allows(ProgramChain chain)
    {
        string calledAs = ProgramChain.Name(chain.Called);
        bool isCalledByItsName = ProgramChain.Name(chain.RealPath) == calledAs;
        return chain.Paths.Any(path => (isCalledByItsName || ProgramChain.Name(path) == calledAs) && Array.Exists(_allowed, entry => Allows(entry, path)));
    }

    private bool Allows(PolicyEntry entry, string path) =>
        (entry.IsName ? entry.Matches(ProgramChain.Name(path)) && IsInPath(ProgramChain.Parent(path)) : entry.Matches(path))
        || PathsOf(entry).Contains(path);

    /// <summary>
    /// What an entry without wildcards means on this machine, with every link on the way. A file that is many programs in
    /// one is not meant by the name of one of them.
    /// </summary>
    private HashSet<string> PathsOf(PolicyEntry entry)
    {
        HashSet<string> paths = new(StringComparer.Ordinal);
        if (entry.IsPattern)
        {
            return paths;
        }

        IEnumerable<string> starts = entry.IsName ? Directories(_path).Select(directory => $"{directory}/{entry.Text}") : [entry.Text];
        foreach (ProgramChain chain in starts.Select(ProgramChain.Follow).OfType<ProgramChain>())
        {
            paths.UnionWith(chain.Paths);
            if (ManyInOne.Contains(ProgramChain.Name(chain.RealPath)) && ProgramChain.Name(chain.RealPath) != ProgramChain.Name(entry.Text))
            {
                paths.Remove(chain.RealPath);
            }
        }

        return paths;
    }

    private bool IsInPath(string directory) => Directories(_path).Any(known => known == directory || ProgramChain.RealDirectory(known) == directory);

    private static ProgramChain? Resolve(string program, string path, string? directory) =>
        program.StartsWith('/') ? ProgramChain.Follow(program)
        : program.Contains('/') ? (directory is null ? null : ProgramChain.Follow($"{directory.TrimEnd('/')}/{program}"))
        : ExecutableFinder.FindInPath(program, path).Path is { } found ? ProgramChain.Follow(found) : null;

    private static IEnumerable<string> Directories(string path) =>
        path.Split(':').Where(static directory => directory.StartsWith('/')).Select(static directory => directory.TrimEnd('/'));
}
