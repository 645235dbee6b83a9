using System.Text;

namespace FuncExec.Orchestrator.Reading;

/// <summary>
/// A pattern for paths relative to a directory, written with slashes. <c>*</c> stands for any characters of a segment,
/// <c>?</c> for one, <c>[abc]</c>, <c>[a-z]</c> and <c>[!abc]</c> for one of (or none of) a set, <c>**</c> as a whole segment
/// for any number of segments, also none. A slash at the end stands for all that is beneath. Case counts; a leading dot
/// in a name does not.
/// </summary>
public sealed class GlobPattern
{
    /// <summary>The most characters of a pattern.</summary>
    public const int MostCharacters = 1024;

    private readonly GlobSegment?[] _segments;

    private GlobPattern(GlobSegment?[] segments) => _segments = segments;

    /// <summary>What is wrong with a pattern, or null.</summary>
    public static string? Validate(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return Read(pattern, out _);
    }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException"><see cref="Validate"/> says what is wrong with it.</exception>
    public static GlobPattern Parse(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return Read(pattern, out GlobSegment?[] segments) is { } fault ? throw new FormatException(fault) : new GlobPattern(segments);
    }

    /// <summary>Whether a path, relative and written with slashes, is one that the pattern stands for.</summary>
    public bool IsMatch(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Reach(path.Split('/'))[_segments.Length];
    }

    /// <summary>Whether it could stand for something beneath a directory; of the root that is always true.</summary>
    public bool MayMatchBeneath(string directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return directory.Length == 0 || Reach(directory.Split('/')).AsSpan(0, _segments.Length).Contains(true);
    }

    /// <summary>Which parts of the pattern the segments can use up: element n says that the first n have been.</summary>
    private bool[] Reach(string[] path)
    {
        bool[] reached = new bool[_segments.Length + 1];
        reached[0] = true;
        SkipStars(reached);
        foreach (string segment in path)
        {
            bool[] next = new bool[reached.Length];
            for (int index = 0; index < _segments.Length; index++)
            {
                if (reached[index])
                {
                    next[index] |= _segments[index] is null;
                    next[index + 1] |= _segments[index] is { } one && one.IsMatch(segment);
                }
            }

            SkipStars(next);
            reached = next;
        }

        return reached;
    }

    /// <summary><c>**</c> stands for no segment too.</summary>
    private void SkipStars(bool[] reached)
    {
        for (int index = 0; index < _segments.Length; index++)
        {
            reached[index + 1] |= reached[index] && _segments[index] is null;
        }
    }

    private static string? Read(string pattern, out GlobSegment?[] segments)
    {
        segments = [];
        string? fault =
            pattern.Length == 0 ? "It is empty; write a path, such as out/**."
            : pattern.Length > MostCharacters ? $"It has more than {MostCharacters} characters."
            : pattern.Contains('\0') ? "It contains NUL."
            : pattern.Contains('\\') ? "It contains a backslash; paths are written with slashes."
            : pattern[0] == '/' || (pattern.Length >= 2 && pattern[1] == ':' && char.IsAsciiLetter(pattern[0])) ? "It is absolute; write it relative to the task's directory."
            : null;
        return fault ?? ReadSegments(pattern, out segments);
    }

    private static string? ReadSegments(string pattern, out GlobSegment?[] segments)
    {
        segments = [];
        while (pattern.StartsWith("./", StringComparison.Ordinal))
        {
            pattern = pattern[2..];
        }

        pattern = pattern is "" or "." ? "**" : pattern.EndsWith('/') ? pattern + "**" : pattern;
        List<GlobSegment?> read = [];
        foreach (string text in pattern.Split('/'))
        {
            string? fault = text switch
            {
                "" => "It has an empty segment ('//').",
                "." => "It has the segment '.'; leave it out.",
                ".." => "It climbs by '..'; only what is in the task's directory can be collected.",
                _ => null,
            };
            if (fault is not null)
            {
                return fault;
            }

            GlobSegment? segment = null;
            if (text is not "**" && GlobSegment.TryRead(text, out segment) is { } wrong)
            {
                return wrong;
            }

            // Two in a row say no more than one.
            if (segment is not null || read.Count == 0 || read[^1] is not null)
            {
                read.Add(segment);
            }
        }

        // A file has a name: ** at the end is one segment at least.
        if (read[^1] is null)
        {
            read.Add(GlobSegment.Any);
        }

        segments = [.. read];
        return null;
    }
}
