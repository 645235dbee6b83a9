namespace FuncExec.Runtime.Engine.Tests.Programs;

/// <summary>How a program ends.</summary>
/// <param name="Result">Its value; null when it failed.</param>
/// <param name="Failure">The message of the innermost failure; null when it did not fail.</param>
/// <param name="Shown">The custom status.</param>
internal sealed record Outcome(long? Result, string? Failure, long? Shown)
{
    /// <summary>How an instance ended.</summary>
    public static Outcome Of(OrchestrationMetadata end) => new(
        end.FailureDetails is null && end.SerializedOutput is not null ? end.ReadOutputAs<long>() : null,
        end.FailureDetails is { } failure ? Cause(failure) : null,
        end.SerializedCustomStatus is null ? null : end.ReadCustomStatusAs<long>());

    /// <summary>How a program must end, by a plain reading of it.</summary>
    public static Outcome Of(Program program)
    {
        long sum = 0;
        long? shown = null;
        try
        {
            for (Program? generation = program; generation is not null; generation = generation.Next)
            {
                foreach (Step step in generation.Body)
                {
                    shown = step is Show show ? show.Value : shown;
                    sum = Value.Mix(sum, Of(step));
                }
            }

            return new Outcome(sum, null, shown);
        }
        catch (ExpectedFailure failure)
        {
            return new Outcome(null, failure.Message, shown);
        }
    }

    /// <summary>The message of the innermost failure.</summary>
    public static string Cause(TaskFailureDetails failure) => failure.InnerFailure is { } inner ? Cause(inner) : failure.ErrorMessage;

    /// <summary>How often a program that is read plainly has written to each of the shared entities before its end.</summary>
    public static void CountGuards(Program program, int[] counts)
    {
        try
        {
            CountOfGenerations(program, counts);
        }
        catch (ExpectedFailure)
        {
            // The rest is not run.
        }
    }

    private static void CountOfGenerations(Program program, int[] counts)
    {
        for (Program? generation = program; generation is not null; generation = generation.Next)
        {
            foreach (Step step in generation.Body)
            {
                Count(step, counts);
                Of(step);
            }
        }
    }

    private static void Count(Step step, int[] counts)
    {
        switch (step)
        {
            case Guarded guarded:
                foreach (int number in guarded.Locks.Distinct())
                {
                    counts[number]++;
                }

                break;
            case Child child:
                CountGuards(child.Program, counts);
                break;
            case CancelledSleep sleep:
                Count(sleep.Inner, counts);
                break;
            case First first:
                Count(first.Step, counts);
                break;
            case Try tried:
                Count(tried.Step, counts);
                break;
            case All all:
                foreach (Step one in all.Steps)
                {
                    Count(one, counts);
                }

                break;
        }
    }

    private static long Of(Step step) => step switch
    {
        Call call => Value.Mix(call.Value, 1),
        FailingCall call => throw new ExpectedFailure(Value.FailureOf(call.Value)),
        RetriedCall call => throw new ExpectedFailure(Value.FailureOf(call.Value)),
        ForgottenCall call => call.Value,
        Sleep sleep => sleep.Milliseconds,
        CancelledSleep sleep => Of(sleep.Inner),
        Receive receive => Value.OfEvent(receive.Event),
        ReceiveInTime receive => Value.OfEvent(receive.Event),
        ReceiveTooLate receive => receive.Event,
        SendToSelf send => Value.OfEvent(send.Event),
        Child child => OfChild(child),
        All all => all.Steps.Select(Of).Aggregate(1L, Value.Mix),
        First first => Of(first.Step),
        Try tried => OfTry(tried.Step),
        Show show => show.Value,
        Remember remember => Value.Mix(Value.Mix(0, remember.Value), remember.Value + 1),
        Guarded guarded => guarded.Locks.Distinct().Count(),
        _ => throw new System.Diagnostics.UnreachableException(step.GetType().Name),
    };

    private static long OfChild(Child child)
    {
        long sum = child.Id;
        for (Program? generation = child.Program; generation is not null; generation = generation.Next)
        {
            sum = generation.Body.Aggregate(sum, static (before, step) => Value.Mix(before, Of(step)));
        }

        return sum;
    }

    private static long OfTry(Step step)
    {
        try
        {
            return Of(step);
        }
        catch (ExpectedFailure failure)
        {
            return Value.OfFailure(failure.Message);
        }
    }

    private sealed class ExpectedFailure(string message) : Exception(message);
}
