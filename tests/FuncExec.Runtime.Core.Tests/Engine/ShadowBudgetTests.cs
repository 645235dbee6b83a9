using FuncExec.Runtime.Engine;

namespace FuncExec.Runtime.Tests.Engine;

public sealed class ShadowBudgetTests
{
    [Fact]
    public void Nothing_is_replayed_when_it_is_turned_off()
    {
        var budget = new ShadowBudget(0);

        Assert.DoesNotContain(Enumerable.Range(1, 5_000), turn => budget.TryTake(turn, 1));
    }

    [Fact]
    public void Every_turn_is_replayed_when_that_is_asked_for()
    {
        var budget = new ShadowBudget(1);

        Assert.All(Enumerable.Range(1, 500), turn => Assert.True(budget.TryTake(turn, turn)));
    }

    [Fact]
    public void One_turn_in_so_many_is_replayed_while_histories_are_short()
    {
        var budget = new ShadowBudget(100);

        Assert.Equal(50, Enumerable.Range(1, 5_000).Count(turn => budget.TryTake(turn, 3)));
    }

    [Fact]
    public void A_history_that_grows_for_ever_is_replayed_now_and_then_at_a_cost_linear_in_its_length()
    {
        const int length = 100_000;
        var budget = new ShadowBudget(1_000);

        int[] replayed = [.. Enumerable.Range(1, length).Where(turn => budget.TryTake(turn, turn))];

        Assert.InRange(replayed.Sum(turn => (long)turn), 1, 2 * length);
        Assert.Contains(replayed, turn => turn > length / 2);
    }
}
