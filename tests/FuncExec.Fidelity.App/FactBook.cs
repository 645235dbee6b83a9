using FuncExec.Fidelity.App.Facts;

namespace FuncExec.Fidelity.App;

internal static class FactBook
{
    public static IReadOnlyDictionary<string, Fact> Facts { get; } = new[]
    {
        OrderFacts.All,
        EventFacts.All,
        TimerFacts.All,
        FailureFacts.All,
        RetryFacts.All,
        ValueFacts.All,
        NameFacts.All,
        SteeringFacts.All,
        StatusFacts.All,
        GenerationFacts.All,
        EntityFacts.All,
        ManagementStartFacts.All,
        ManagementStatusFacts.All,
        ManagementHistoryFacts.All,
        ManagementListFacts.All,
        ManagementSteeringFacts.All,
        ManagementRepeatFacts.All,
        ManagementEntityFacts.All,
        ManagementPurgeFacts.All,
        StallingFacts.All,
    }.SelectMany(static facts => facts).ToDictionary(static fact => fact.Question);
}
