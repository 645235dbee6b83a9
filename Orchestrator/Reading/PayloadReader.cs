using System.Runtime.InteropServices;
using System.Text.Json;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Orchestrator.Reading;

/// <summary>Reads payloads and has them checked by their executors.</summary>
internal sealed class PayloadReader(PayloadCheck check, IReadOnlyCollection<string> executors, Mistakes mistakes)
{
    /// <summary>The members of a command's payload, which short forms have beside the others.</summary>
    private static readonly string[] CommandMembers = ["command", "args", "env", "workingDirectory", "working_dir", "stdin", "shell"];

    /// <summary>The member <c>payload</c>, which must be there.</summary>
    public JsonElement Read(ObjectReader task)
    {
        if (!task.TryTake("payload", out JsonElement payload))
        {
            task.Mistake("payload", "is missing");
        }
        else if (payload.ValueKind is not JsonValueKind.Object)
        {
            task.Mistake("payload", "must be an object");
        }

        return payload;
    }

    /// <summary>The payload whose members stand in the object itself.</summary>
    public JsonElement ReadShort(ObjectReader task)
    {
        Dictionary<string, JsonElement> members = [];
        foreach (string name in CommandMembers)
        {
            if (task.TryTake(name, out JsonElement value))
            {
                members.Add(name, value);
            }
        }

        return JsonSerializer.SerializeToElement(members);
    }

    /// <summary>Asks the executor. Wrong in kind, the payload has been named already.</summary>
    public void Check(TaskSettings settings, JsonElement payload, string path, string executorPath)
    {
        if (payload.ValueKind is not JsonValueKind.Object || mistakes.IsFull)
        {
            return;
        }

        if (JsonMarshal.GetRawUtf8Value(payload).Length > JobLimits.PayloadBytes)
        {
            mistakes.Add(path, $"is larger than {JobLimits.PayloadBytes} bytes");
            return;
        }

        if (check(settings.Executor!, payload) is not { } found)
        {
            mistakes.Add(executorPath, $"names no executor of this service.{NearestName.Hint(settings.Executor!, executors)}");
            return;
        }

        foreach (JobMistake mistake in found)
        {
            mistakes.Add(JsonPath.Join(path, mistake.Path), mistake.Message);
        }
    }
}
