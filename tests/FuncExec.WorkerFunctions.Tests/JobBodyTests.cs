using FuncExec.WorkerFunctions.Jobs;
using Microsoft.AspNetCore.Http;

namespace FuncExec.WorkerFunctions.Tests;

public sealed class JobBodyTests
{
    [Theory]
    [InlineData("application/json", null, true)]
    [InlineData("application/json; charset=utf-8", null, true)]
    [InlineData("application/json; charset=\"UTF-8\"", null, true)]
    [InlineData("application/vnd.funcexec+json", null, true)]
    [InlineData(null, null, false)]
    [InlineData("", null, false)]
    [InlineData("nonsense", null, false)]
    [InlineData("text/plain", null, false)]
    [InlineData("application/x-www-form-urlencoded", null, false)]
    [InlineData("application/json; charset=latin1", null, false)]
    [InlineData("application/json", "gzip", false)]
    public void Only_json_in_utf8_is_taken(string? contentType, string? encoding, bool taken)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.ContentType = contentType;
        if (encoding is not null)
        {
            request.Headers.ContentEncoding = encoding;
        }

        Assert.Equal(taken, JobBody.WhyUnsupported(request) is null);
    }

    [Fact]
    public async Task Body_past_the_limit_is_not_read_whole()
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(new byte[(32 * 1024 * 1024) + 1]);

        Assert.Null(await JobBody.ReadAsync(request, CancellationToken.None));
    }
}
