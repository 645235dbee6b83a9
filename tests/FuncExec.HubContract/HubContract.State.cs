using System.Globalization;
using System.Text;

namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    /// <summary>
    /// Everything that can be seen of the hub, as text: equal before and after means that nothing was changed. The
    /// session holds, or may lease, all unfinished instances.
    /// </summary>
    protected async Task<string> DescribeAsync(long session)
    {
        var text = new StringBuilder();
        InstancePage page = await Hub.QueryInstancesAsync(new InstanceQuery { PageSize = 1_000 }, s_never);
        foreach (InstanceRecord record in page.Items)
        {
            text.Append(CultureInfo.InvariantCulture, $"{record}\n");
            foreach (string turn in await ReadHistoryAsync(record.Key))
            {
                text.Append(CultureInfo.InvariantCulture, $"  turn {turn}\n");
            }

            if (!record.Status.IsFinished())
            {
                foreach (StoredMessage message in (await LeaseAsync(record.InstanceId, session)).Messages)
                {
                    text.Append(CultureInfo.InvariantCulture, $"  message {message.Id} {Text(message.Content)}\n");
                }
            }
        }

        foreach (StoredTimer timer in await ReadTimersAsync(session))
        {
            text.Append(CultureInfo.InvariantCulture, $"{timer}\n");
        }

        foreach (LeasedActivity activity in await Hub.ReadHeldActivitiesAsync(session, 0, 100_000, s_never))
        {
            text.Append(CultureInfo.InvariantCulture, $"{activity}\n");
        }

        return text.ToString();
    }
}
