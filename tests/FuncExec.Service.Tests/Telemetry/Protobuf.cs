using System.Text;

namespace FuncExec.Service.Tests.Telemetry;

/// <summary>As much of the protobuf wire format as finding names takes.</summary>
internal static class Protobuf
{
    /// <summary>ExportTraceServiceRequest: resource_spans 1, scope_spans 2, spans 2, name 5.</summary>
    public static IEnumerable<string> SpanNames(byte[] message) => Fields(message, 1)
        .SelectMany(static resource => Fields(resource, 2))
        .SelectMany(static scope => Fields(scope, 2))
        .SelectMany(static span => Fields(span, 5))
        .Select(Encoding.UTF8.GetString);

    /// <summary>ExportMetricsServiceRequest: resource_metrics 1, scope_metrics 2, metrics 2, name 1.</summary>
    public static IEnumerable<string> MetricNames(byte[] message) => Fields(message, 1)
        .SelectMany(static resource => Fields(resource, 2))
        .SelectMany(static scope => Fields(scope, 2))
        .SelectMany(static metric => Fields(metric, 1))
        .Select(Encoding.UTF8.GetString);

    /// <summary>The contents of a message's fields of one number that have a length.</summary>
    public static IEnumerable<byte[]> Fields(byte[] message, int number)
    {
        int at = 0;
        while (at < message.Length)
        {
            ulong tag = Varint(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 5:
                    at += 4;
                    break;
                case 2:
                    int length = (int)Varint(message, ref at);
                    if ((int)(tag >> 3) == number)
                    {
                        yield return message[at..(at + length)];
                    }

                    at += length;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} at {at}.");
            }
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = message[at++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128)
            {
                return value;
            }
        }
    }
}
