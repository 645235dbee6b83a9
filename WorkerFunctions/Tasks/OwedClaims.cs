using System.Collections.Concurrent;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>
/// Claims that may be this node's although no call here is about them: the ledger failed when they were made or given back. Other nodes
/// wait for a claim as long as its node lives, so this one gives them back as soon as the ledger answers.
/// </summary>
public sealed class OwedClaims(IJobLedger ledger, RunningTasks running)
{
    private readonly ConcurrentDictionary<TaskKey, TaskClaim> _owed = new();

    /// <summary>Notes a claim that may stand.</summary>
    internal void Add(TaskClaim claim) => _owed[claim.Task] = claim;

    /// <summary>Gives back what is owed, but for what a call here is about again: that gives it back by itself.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger fails still; nothing is forgotten.</exception>
    internal async Task SettleAsync(CancellationToken cancellationToken)
    {
        foreach ((TaskKey key, TaskClaim claim) in _owed)
        {
            using RunningTask? entry = running.TryEnter(key);
            if (entry is null)
            {
                continue;
            }

            if (await ledger.GetTaskAsync(key, cancellationToken) is { Status: JobTaskStatus.Running } task && task.NodeId == claim.Node)
            {
                await GiveBackAsync(claim, task.Token, cancellationToken);
            }

            _owed.TryRemove(KeyValuePair.Create(key, claim));
        }
    }

    /// <summary>Gives a claim back whose work does not run any more; of what must not run twice it is the end.</summary>
    internal async Task GiveBackAsync(TaskClaim claim, long token, CancellationToken cancellationToken)
    {
        if (claim.RerunOnLoss)
        {
            await ledger.ReleaseAsync(claim.Task, token, cancellationToken);
        }
        else
        {
            await ledger.EndAttemptAsync(
                AttemptVerdicts.Lost(claim.Task, token) with { RetryAfter = claim.RetryAfterLoss }, cancellationToken);
        }
    }
}
