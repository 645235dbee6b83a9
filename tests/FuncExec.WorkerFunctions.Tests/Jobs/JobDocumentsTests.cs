using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Tests.Tasks;

namespace FuncExec.WorkerFunctions.Tests.Jobs;

public sealed class JobDocumentsTests
{
    [Fact]
    public async Task Jobs_that_ask_in_turn_mostly_find_their_documents_though_one_more_runs_than_there_is_room_for()
    {
        await using TestNode node = await TestNode.StartAsync();
        JobDocuments documents = node.Get<JobDocuments>();
        string[] jobs = new string[6];
        for (int i = 0; i < jobs.Length; i++)
        {
            jobs[i] = await node.AcceptAsync("""{"command":"x"}""");
            documents.KeptBytes = (await node.Ledger.GetDocumentAsync(jobs[0], CancellationToken.None))!.Length * 5;
        }

        int read = 0;
        node.LedgerFault = call =>
        {
            read += call == nameof(IJobLedger.GetDocumentAsync) ? 1 : 0;
            return null;
        };
        const int rounds = 100;
        for (int round = 0; round < rounds; round++)
        {
            foreach (string job in jobs)
            {
                Assert.NotNull(await documents.GetAsync(job, CancellationToken.None));
            }
        }

        Assert.InRange(read, 1, rounds * jobs.Length / 2);
    }
}
