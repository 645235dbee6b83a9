using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Kills;

/// <summary>
/// Kills the service and starts it again. The moment is counted in what the commands tell, not in time, so that a slow machine is
/// hit as well as a fast one; now and then it is hit while it starts. On another host one kill in three is its worker's.
/// </summary>
internal sealed class Killer(ServiceProcess service, Journal journal, string mark, Random random)
{
    private const int LineBytes = 60;
    private const int MostLines = 60;

    /// <summary>Where nothing is told for so long, that is a moment too. Other hosts are longer in coming to a job.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(ServiceProcess.IsOtherHost ? 60 : 3);

    /// <summary>Answers what the ledger had recorded at each kill.</summary>
    public async Task<List<List<RecordedEnd>>> RunAsync(int kills)
    {
        var recorded = new List<List<RecordedEnd>>();
        while (recorded.Count < kills)
        {
            await WaitForMomentAsync();
            if (ServiceProcess.IsOtherHost && recorded.Count % 3 == 1)
            {
                await service.KillWorkerAsync();
                recorded.Add([]);
                await SeeEarlierLivesGoneAsync();
                continue;
            }

            await service.KillAsync();
            recorded.Add(LedgerSnapshot.Read(service.DataDirectory));
            if (recorded.Count < kills && random.Next(8) == 0)
            {
                service.Launch();
                await Task.Delay(random.Next(600));
                await service.KillAsync();
                recorded.Add(LedgerSnapshot.Read(service.DataDirectory));
            }

            await service.StartAsync();
            await SeeEarlierLivesGoneAsync();
        }

        return recorded;
    }

    private async Task WaitForMomentAsync()
    {
        long until = journal.Length + (random.Next(1, MostLines) * LineBytes);
        using var silence = new CancellationTokenSource(s_silence);
        while (journal.Length < until && !silence.IsCancellationRequested)
        {
            await Task.Delay(2);
        }
    }

    private async Task SeeEarlierLivesGoneAsync()
    {
        long born = service.Worker!.Start;
        await Patience.UntilAsync(
            "the processes of earlier lives are gone",
            () => ProcessTable.Find(MixedJobs.MarkVariable, mark).TrueForAll(process => process.Start >= born));
    }
}
