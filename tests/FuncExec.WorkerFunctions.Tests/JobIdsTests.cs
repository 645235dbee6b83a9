using FuncExec.WorkerFunctions.Jobs;

namespace FuncExec.WorkerFunctions.Tests;

public sealed class JobIdsTests
{
    [Fact]
    public void Id_has_26_characters_of_digits_and_small_letters()
    {
        string id = JobIds.New(TimeProvider.System.GetUtcNow());

        Assert.Matches("^[a-z0-9]{26}$", id);
    }

    [Fact]
    public void Ids_are_ordered_by_time()
    {
        DateTimeOffset[] times = [.. Enumerable.Range(0, 200).Select(static i => DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Pow(1.17, i)))];
        string[] ids = [.. times.Select(JobIds.New)];

        Assert.Equal(
            times.Zip(ids).OrderBy(static pair => pair.First.ToUnixTimeMilliseconds()).Select(static pair => pair.Second[..10]),
            ids.Order(StringComparer.Ordinal).Select(static id => id[..10]));
    }

    [Fact]
    public void Ids_of_one_moment_differ() =>
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(static _ => JobIds.New(DateTimeOffset.UnixEpoch)).Distinct().Count());
}
