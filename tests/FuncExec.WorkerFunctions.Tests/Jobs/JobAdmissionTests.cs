using System.Net;
using System.Text;
using FuncExec.Orchestrator.Reading;
using FuncExec.WorkerFunctions.Api.Streams;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Jobs;

public sealed class JobAdmissionTests
{
    [Theory]
    [InlineData("""{"command":"a"}""", 1000, 1000)]
    [InlineData("""{"command":"a","priority":9}""", 1000, 1000)]
    [InlineData("""{"command":"a","priority":5}""", 1000, 1000)]
    [InlineData("""{"command":"a","priority":4}""", 1000, 950)]
    [InlineData("""{"command":"a","priority":0}""", 1000, 750)]
    [InlineData("""{"command":"a","priority":0}""", 1, 1)]
    [InlineData("""{"priority":0,"commands":[{"command":"a"},{"command":"b","priority":2}]}""", 100, 85)]
    public void The_less_urgent_a_job_the_fewer_places_it_may_fill(string document, int most, int expected)
    {
        JobReading reading = JobReader.Read(Encoding.UTF8.GetBytes(document), static (_, _) => []);

        Assert.Equal(expected, JobAdmission.BoundFor(Assert.IsType<JobReading.Valid>(reading).Job, most));
    }

    [Fact]
    public async Task Least_urgent_job_is_turned_away_while_others_are_taken()
    {
        ApiApp app = new(new StreamLimits(), "--MAX_CONCURRENT_JOBS", "4", "--FuncExec:Role", "api");
        await app.InitializeAsync();
        try
        {
            for (int i = 0; i < 3; i++)
            {
                await app.PostAsync("""{"command":"true","priority":0}""");
            }

            using HttpResponseMessage refused = await app.Http.PostAsync("/api/jobs", ApiApp.Json("""{"command":"true","priority":0}"""));
            await app.PostAsync("""{"command":"true"}""");
            using HttpResponseMessage full = await app.Http.PostAsync("/api/jobs", ApiApp.Json("""{"command":"true"}"""));

            Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests), (refused.StatusCode, full.StatusCode));
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains("low priority", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.DoesNotContain("low priority", await full.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        finally
        {
            await app.DisposeAsync();
        }
    }
}
