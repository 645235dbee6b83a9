using System.Diagnostics;
using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Files.Workspaces;
using Microsoft.AspNetCore.Http;

namespace FuncExec.WorkerFunctions.Api.Submission;

/// <summary>Says why a workspace was not taken.</summary>
internal static class WorkspaceAnswers
{
    private const string Part = "workspace";

    public static IResult Of(ReceiveOutcome outcome) => outcome switch
    {
        ReceiveOutcome.Refused refused => Problems.Of(
            StatusCodes.Status400BadRequest,
            "The archive is not fit to be a workspace.",
            Problems.Group(refused.Mistakes.Select(static mistake => (
                mistake.Entry is null ? Part : $"{Part}:{mistake.Entry}", mistake.Message)))),
        ReceiveOutcome.TooLarge tooLarge => Problems.TooLarge($"A workspace has at most {tooLarge.Limit} bytes (FuncExec__WorkspaceLimit)."),
        ReceiveOutcome.NoRoom noRoom => Problems.Of(StatusCodes.Status503ServiceUnavailable, noRoom.Message),
        _ => throw new UnreachableException(),
    };
}
