using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Engine.Tests.Entities;

/// <summary>A number.</summary>
internal sealed class Counter : TaskEntity<int>
{
    public int Add(int amount) => State += amount;

    public Task<int> AddLater(int amount) => Task.FromResult(State += amount);

    public async ValueTask<int> AddEvenLater(int amount)
    {
        await Task.Yield();
        return State += amount;
    }

    public async Task Reset()
    {
        await Task.Yield();
        State = 0;
    }

    public ValueTask Nothing() => ValueTask.CompletedTask;

    public int Get() => State;

    public int AddWithDefault(int amount = 7) => State += amount;

    public int Fail(int amount)
    {
        State += amount;
        throw new InvalidOperationException($"failed on purpose with {State}");
    }

    public string WhoAmI(TaskEntityContext context) => context.Id.ToString();

    public int Pass(TaskEntityContext context, Payment transfer)
    {
        State -= transfer.Amount;
        context.SignalEntity(new EntityInstanceId("counter", transfer.To), nameof(Add), transfer.Amount);
        return transfer.Fails ? throw new InvalidOperationException("after having sent") : State;
    }

    public string Start(TaskEntityContext context, string name) => context.ScheduleNewOrchestration(name, State);
}

/// <summary>An amount to another.</summary>
internal sealed record Payment(string To, int Amount, bool Fails = false);

/// <summary>What came, in order.</summary>
internal sealed class Journal : TaskEntity<List<string>>
{
    public void Write(string line) => State.Add(line);

    public int Count() => State.Count;

    protected override List<string> InitializeState(TaskEntityOperation entityOperation) => [];
}

/// <summary>A state with operations of its own.</summary>
internal sealed class Purse
{
    public int Coins { get; set; }

    public int Put(int coins) => Coins += coins;
}

/// <summary>An entity that leaves its operations to the state.</summary>
internal sealed class PurseEntity : TaskEntity<Purse>
{
    protected override bool AllowStateDispatch => true;
}
