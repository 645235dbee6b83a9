namespace FuncExec.Fidelity.App;

/// <summary>Something that authors rely on, perhaps without knowing it.</summary>
/// <param name="Question">Which behaviour it is about, in words; its name.</param>
/// <param name="Ask">Brings it about and answers what happened, without what differs from run to run.</param>
internal sealed record Fact(string Question, Func<Inquiry, Task<string>> Ask)
{
    /// <summary>Whether nothing else may be asked meanwhile.</summary>
    public bool Alone { get; init; }
}
