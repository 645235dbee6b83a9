using System.Diagnostics;
using FuncExec.ExecutorPlugins.Http.Payload;

namespace FuncExec.ExecutorPlugins.Http.Calls;

/// <summary>The call of one attempt, with its redirects and retries; knows at any time how far it has come.</summary>
internal sealed class HttpCall(HttpPayload payload, HttpSender sender, ITaskOutput output)
{
    private readonly BodyCopy _copy = new(output, payload.MaxResponseBytes);
    private HttpHop _hop = HttpHop.First(payload);
    private int _sent;

    /// <summary>Where the last request went.</summary>
    public Uri Url => _hop.Url;

    /// <summary>The last answer's status; null before there is one.</summary>
    public int? Status { get; private set; }

    /// <summary>The last answer's headers; those of one name are one, joined by commas.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ResponseHeaders { get; private set; } = [];

    /// <summary>Which headers the payload wants to see.</summary>
    public IReadOnlyList<string> ResultHeaders => payload.ResultHeaders;

    /// <summary>How many redirects were followed.</summary>
    public int Redirects { get; private set; }

    /// <summary>How many requests were sent again.</summary>
    public int Retries => Math.Max(0, _sent - Redirects - 1);

    /// <summary>How much of the body has come, decompressed.</summary>
    public long BodyLength => _copy.Length;

    /// <summary>Whether the call ended because an address was not allowed.</summary>
    public bool WasRefused { get; private set; }

    /// <summary>Makes the call.</summary>
    public async Task<TaskOutcome> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            HopResult result = await sender.SendAsync(_hop, payload.AcceptStatus, () => _sent++, cancellationToken).ConfigureAwait(false);
            if (result is HopResult.Unanswered unanswered)
            {
                return Unreached(unanswered);
            }

            using HttpResponseMessage response = ((HopResult.Answered)result).Response;
            Take(response);
            switch (payload.FollowRedirects ? Calls.Redirects.Decide(_hop, response) : new RedirectStep.Stay())
            {
                case RedirectStep.Stay:
                    return await FinishAsync(response, cancellationToken).ConfigureAwait(false);
                case RedirectStep.Refuse refused:
                    return Failed($"The redirect (status {Status}) was not followed: {refused.Reason}.");
                case RedirectStep.Follow when Redirects == payload.MaxRedirects:
                    return Failed($"There are more than {payload.MaxRedirects} redirects.");
                case RedirectStep.Follow follow:
                    Redirects++;
                    _hop = follow.Next;
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }

    private void Take(HttpResponseMessage response)
    {
        Status = (int)response.StatusCode;
        ResponseHeaders = [.. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .Select(static header => KeyValuePair.Create(header.Key, header.Value.ToString()))];
    }

    private async Task<TaskOutcome> FinishAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await _copy.RunAsync(response.Content, cancellationToken).ConfigureAwait(false) switch
        {
            BodyEnd.Complete when payload.AcceptStatus.Contains(Status!.Value) => new TaskOutcome.Succeeded(0),
            BodyEnd.Complete => Failed($"The server answered with status {Status}."),
            BodyEnd.TooLong => Failed($"The body of the answer (status {Status}) is longer than {payload.MaxResponseBytes} bytes; 'maxResponseBytes' sets how long it may be."),
            BodyEnd.Broken broken => Failed($"The answer (status {Status}) broke off after {BodyLength} bytes of its body: {broken.Reason}"),
            _ => throw new UnreachableException(),
        };

    private TaskOutcome.Failed Failed(string message) => new(FailureKind.Exit, Status!.Value, message);

    private TaskOutcome.Failed Unreached(HopResult.Unanswered unanswered)
    {
        // What an earlier hop answered is not this one's answer.
        Status = null;
        ResponseHeaders = [];
        WasRefused = unanswered.IsRefusal;
        string tries = Retries > 0 ? $" (after {Retries} retries)" : "";
        return new TaskOutcome.Failed(FailureKind.NotFound, TaskOutcome.NotStartedExitCode, unanswered.Message + tries);
    }
}
