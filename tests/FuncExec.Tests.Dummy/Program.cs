using System.Diagnostics;
using System.Text;

// A real program for tests of running programs: each verb does one thing that a command may do.
Stream stdin = Console.OpenStandardInput();
Stream stdout = Console.OpenStandardOutput();
Stream stderr = Console.OpenStandardError();
switch (args[0])
{
    case "exit":
        return int.Parse(args[1]);

    case "args":
        stdout.Write(Encoding.UTF8.GetBytes(string.Join('\n', args[1..])));
        return 0;

    case "environment":
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            stdout.Write(Encoding.UTF8.GetBytes($"{variable.Key}={variable.Value}\n"));
        }

        return 0;

    case "directory":
        stdout.Write(Encoding.UTF8.GetBytes(Environment.CurrentDirectory));
        return 0;

    case "echo":
        stdin.CopyTo(stdout);
        return 0;

    case "close-stdin":
        stdin.Dispose();
        return 0;

    case "write":
        return await WriteBoth(long.Parse(args[1]));

    case "write-hex":
        stdout.Write(Convert.FromHexString(args[1]));
        return 0;

    case "endless":
        byte[] chunk = Encoding.ASCII.GetBytes(new string('e', 32 * 1024));
        while (true)
        {
            stdout.Write(chunk);
        }

    case "kill-self":
        Process.GetCurrentProcess().Kill();
        return 1;

    default:
        return 64;
}

async Task<int> WriteBoth(long bytes)
{
    byte[] zeros = new byte[16 * 1024];
    async Task Write(Stream stream)
    {
        for (long rest = bytes; rest > 0; rest -= zeros.Length)
        {
            await stream.WriteAsync(zeros.AsMemory(0, (int)Math.Min(rest, zeros.Length)));
        }
    }

    await Task.WhenAll(Task.Run(() => Write(stdout)), Task.Run(() => Write(stderr)));
    return 0;
}
