using FuncExec.Runtime.Transfer;

namespace FuncExec.Migration.Tests;

/// <summary>Checksums: equal for the same rows in any order, and for no others.</summary>
public sealed class TransferSumTests
{
    private static readonly TransferValue[][] s_rows =
    [
        [TransferValue.Of(1), TransferValue.Of([1, 2, 3]), TransferValue.Nothing],
        [TransferValue.Of(2), TransferValue.Of([]), TransferValue.Of(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"))],
        [TransferValue.Of(-1), TransferValue.Nothing, TransferValue.Of(0)],
    ];

    public static TheoryData<int> Others => [.. Enumerable.Range(0, s_others.Length)];

    private static readonly TransferValue[][][] s_others =
    [
        [s_rows[0], s_rows[1]],
        [s_rows[0], s_rows[1], s_rows[1]],
        [s_rows[0], s_rows[1], [TransferValue.Of(-1), TransferValue.Nothing, TransferValue.Nothing]],
        [s_rows[0], s_rows[1], [TransferValue.Of(-1), TransferValue.Of([]), TransferValue.Of(0)]],
        [s_rows[0], s_rows[1], [TransferValue.Of(-1), TransferValue.Of(0), TransferValue.Nothing]],
        [[TransferValue.Of(1), TransferValue.Of([1, 2]), TransferValue.Nothing], s_rows[1], s_rows[2]],
        [[TransferValue.Of(1), TransferValue.Of([1, 2]), TransferValue.Of([3])], s_rows[1], s_rows[2]],
        [[TransferValue.Of(2), TransferValue.Of([1, 2, 3]), TransferValue.Nothing], [TransferValue.Of(1), .. s_rows[1][1..]], s_rows[2]],
    ];

    [Fact]
    public void The_same_rows_have_the_same_sum_in_any_order()
    {
        TransferTotal total = Sum(s_rows);
        Assert.Equal(3, total.Count);
        Assert.Equal(64, total.Checksum.Length);
        Assert.Equal(total, Sum([s_rows[2], s_rows[0], s_rows[1]]));
        Assert.Equal(new TransferTotal(0, new string('0', 64)), Sum([]));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Other_rows_have_another(int other) => Assert.NotEqual(Sum(s_rows).Checksum, Sum(s_others[other]).Checksum);

    private static TransferTotal Sum(TransferValue[][] rows)
    {
        TransferSum sum = new();
        foreach (TransferValue[] row in rows)
        {
            sum.Add(row);
        }

        return sum.Total;
    }
}
