using System.Net.Http.Json;
using System.Text.Json;

namespace FuncExec.Samples.Tests;

public sealed class FanOutFanInTests() : SampleTest("FanOutFanIn")
{
    [Fact]
    public async Task The_words_of_all_files_are_counted()
    {
        for (int i = 1; i <= 40; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(Scratch, $"{i}.txt"), string.Join('\n', Enumerable.Repeat("word", i)));
        }

        await using SampleApp app = await StartAsync();

        HttpResponseMessage started = await app.Http.PostAsync("/api/counts", new StringContent(Scratch));
        JsonElement status = await app.EndAsync(await started.Content.ReadFromJsonAsync<JsonElement>());

        Assert.Equal("Completed", status.GetProperty("runtimeStatus").GetString());
        Assert.Equal(40 * 41 / 2, status.GetProperty("output").GetInt32());
    }
}
