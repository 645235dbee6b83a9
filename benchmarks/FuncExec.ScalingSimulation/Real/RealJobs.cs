using System.Net.Http.Json;
using System.Text.Json;
using FuncExec.ScalingSimulation.Model;

namespace FuncExec.ScalingSimulation.Real;

/// <summary>Posts the commands as they are due: those of one moment as one job.</summary>
internal sealed class RealJobs(
    HttpClient http, IReadOnlyList<SimulatedCommand> commands, CommandJournal journal, CompressedClock clock, double compression)
{
    private readonly List<string> _jobs = [];
    private readonly DateTimeOffset[] _arrivals = new DateTimeOffset[commands.Count];
    private int _posted;

    /// <summary>How many commands were posted.</summary>
    internal int Posted => Volatile.Read(ref _posted);

    /// <summary>Posts them all, each at its time.</summary>
    internal async Task PostAsync(CancellationToken cancellationToken)
    {
        while (Posted < commands.Count)
        {
            int first = Posted;
            await clock.UntilAsync(commands[first].Arrival, cancellationToken).ConfigureAwait(false);
            int next = first;
            for (TimeSpan now = clock.Now; next < commands.Count && commands[next].Arrival <= now; next++)
            {
                _arrivals[next] = clock.RealTimeOf(commands[next].Arrival);
            }

            object job = new
            {
                commands = Enumerable.Range(first, next - first).Select(at => journal.Payload(at, (commands[at].Duration / compression).TotalSeconds)),
            };
            using HttpResponseMessage answer = await http.PostAsJsonAsync("/api/jobs", job, cancellationToken).ConfigureAwait(false);
            string text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException($"A job was not taken: {answer.StatusCode}: {text}");
            }

            using JsonDocument document = JsonDocument.Parse(text);
            _jobs.Add(document.RootElement.GetProperty("id").GetString()!);
            Volatile.Write(ref _posted, next);
        }
    }

    /// <summary>Waits for all jobs' ends and answers how many of their commands have succeeded, as the service says.</summary>
    internal async Task<int> CountSucceededAsync(CancellationToken cancellationToken)
    {
        int succeeded = 0;
        foreach (string job in _jobs)
        {
            succeeded += await CountSucceededAsync(job, cancellationToken).ConfigureAwait(false);
        }

        return succeeded;
    }

    /// <summary>From arrival to first start, of each command, in simulated time. All have begun.</summary>
    internal IReadOnlyList<TimeSpan> Waits() =>
        [.. commands.Select((_, at) => (journal.FirstStart(at)!.Value - _arrivals[at]) * compression).Select(static wait => wait < TimeSpan.Zero ? TimeSpan.Zero : wait)];

    private async Task<int> CountSucceededAsync(string job, CancellationToken cancellationToken)
    {
        while (true)
        {
            using JsonDocument document = JsonDocument.Parse(await http.GetStringAsync($"/api/jobs/{job}", cancellationToken).ConfigureAwait(false));
            if (document.RootElement.GetProperty("finishedAt").ValueKind is not JsonValueKind.Null)
            {
                return document.RootElement.GetProperty("counts").GetProperty("succeeded").GetInt32();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken).ConfigureAwait(false);
        }
    }
}
