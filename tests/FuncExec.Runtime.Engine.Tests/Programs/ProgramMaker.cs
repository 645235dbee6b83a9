namespace FuncExec.Runtime.Engine.Tests.Programs;

/// <summary>An event that the driver must raise, and to whom.</summary>
/// <param name="Child">The path of the child below the root's id; empty for the root.</param>
/// <param name="Number">Which event.</param>
internal sealed record DrivenEvent(string Child, int Number);

/// <summary>Makes a random program from a seed: the same one every time.</summary>
internal sealed class ProgramMaker
{
    /// <summary>How many entities the guarded steps of all programs share.</summary>
    public const int SharedEntities = 5;

    private readonly Random _random;
    private readonly List<DrivenEvent> _events = [];
    private int _budget;
    private int _numbers;

    private ProgramMaker(int seed)
    {
        _random = new Random(seed);
        _budget = _random.Next(1, 22);
    }

    public static (Program Program, IReadOnlyList<DrivenEvent> Events) Make(int seed)
    {
        var maker = new ProgramMaker(seed);
        Program program = maker.MakeProgram("", generations: 3);
        return (program, [.. maker._events]);
    }

    private Program MakeProgram(string path, int generations)
    {
        var body = new List<Step>();
        for (int steps = _random.Next(1, 6); steps > 0 && _budget > 0; steps--)
        {
            body.Add(_random.Next(16) switch
            {
                < 2 => new Show(_random.Next(1_000)),
                2 => new Guarded([.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => _random.Next(SharedEntities))]),
                _ => MakeStep(path, depth: 0),
            });
        }

        bool goesOn = generations > 1 && _budget > 0 && _random.Next(3) == 0;
        return new Program(body, goesOn ? MakeProgram(path, generations - 1) : null);
    }

    private Step MakeStep(string path, int depth)
    {
        _budget--;
        int value = _random.Next(1_000);
        return _random.Next(depth > 2 || _budget <= 0 ? 12 : 20) switch
        {
            < 3 => new Call(value),
            3 => new Try(new FailingCall(value)),
            4 => _random.Next(6) == 0 ? new FailingCall(value) : new Call(value),
            5 => new ForgottenCall(value),
            6 => new Sleep(_random.Next(-3, 4)),
            7 => new Receive(Drive(path)),
            8 => new ReceiveInTime(Drive(path)),
            9 => new ReceiveTooLate(++_numbers),
            10 => new SendToSelf(++_numbers),
            11 => new Remember(++_numbers, value),
            12 => new Try(new RetriedCall(value, _random.Next(1, 4))),
            13 => new CancelledSleep(MakeStep(path, depth + 1)),
            14 => new First(MakeStep(path, depth + 1), ++_numbers),
            15 => new Try(MakeStep(path, depth + 1)),
            16 or 17 => MakeChild(path),
            _ => new All([.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => MakeStep(path, depth + 1))]),
        };
    }

    private Step MakeChild(string path)
    {
        int id = ++_numbers;
        var child = new Child(id, MakeProgram($"{path}.{id}", generations: 2));
        return _random.Next(4) == 0 ? child : new Try(child);
    }

    private int Drive(string path)
    {
        _events.Add(new DrivenEvent(path, ++_numbers));
        return _numbers;
    }
}
