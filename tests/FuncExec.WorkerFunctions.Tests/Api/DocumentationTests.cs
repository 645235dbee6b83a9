using System.Text.Json;
using System.Text.RegularExpressions;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed partial class DocumentationTests(ApiApp app)
{
    [Fact]
    public async Task Every_example_of_the_page_is_answered_as_it_says()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "http.md"));
        MatchCollection examples = Example().Matches(page);
        string id = "";
        foreach (Match example in examples)
        {
            using HttpRequestMessage request = Read(example.Groups["request"].Value.Replace("{id}", id, StringComparison.Ordinal));
            using HttpResponseMessage answer = await app.Http.SendAsync(request);
            string body = await answer.Content.ReadAsStringAsync();
            Assert.True(example.Groups["status"].Value == ((int)answer.StatusCode).ToString(), $"{example.Value}\n{(int)answer.StatusCode}: {body}");
            if (request.Method == HttpMethod.Post && answer.IsSuccessStatusCode)
            {
                id = JsonElement.Parse(body).GetProperty("id").GetString()!;
            }
        }

        Assert.True(examples.Count >= 20, $"{examples.Count}");
        Assert.Equal(Regex.Count(page, "^```http", RegexOptions.Multiline), examples.Count);
    }

    private static HttpRequestMessage Read(string text)
    {
        string[] parts = text.Split("\n\n", 2);
        string[] lines = parts[0].Trim().Split('\n');
        string[] first = lines[0].Split(' ');
        HttpRequestMessage request = new(new HttpMethod(first[0]), first[1]);
        if (parts.Length > 1)
        {
            request.Content = ApiApp.Json(parts[1]);
        }

        foreach (string line in lines[1..].Where(static line => !line.StartsWith("Content-Type", StringComparison.Ordinal)))
        {
            string[] header = line.Split(": ", 2);
            request.Headers.Add(header[0], header[1]);
        }

        return request;
    }

    private static string Root()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "FuncExec.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }

    [GeneratedRegex("^```http\\n(?<request>.*?)\\n```\\n\\nAnswer: `(?<status>[0-9]{3})`", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}
