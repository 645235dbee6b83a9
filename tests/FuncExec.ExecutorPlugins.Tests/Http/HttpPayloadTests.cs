using System.Text;
using System.Text.Json;

namespace FuncExec.ExecutorPlugins.Tests.Http;

public sealed class HttpPayloadTests : IDisposable
{
    private const string U = "\"url\":\"http://a.example/\"";

    private readonly HttpFixture _http = new();

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("{" + U + "}")]
    [InlineData("""{"url":"HTTPS://a.example:8443/x?y=z#f","method":"pROPFIND"}""")]
    [InlineData("""{"url":"http://1.1.1.1/"}""")]
    [InlineData("""{"url":"http://bücher.example/ä?ö"}""")]
    [InlineData("{" + U + ""","headers":{"A":"","B":["1","2"],"C":[],"x_y~":"a\tb"},"body":""}""")]
    [InlineData("{" + U + ""","json":null}""")]
    [InlineData("{" + U + ""","bodyBase64":"","method":"PUT"}""")]
    [InlineData("{" + U + ""","maxResponseBytes":67108864,"acceptStatus":[100,"599","200-299","3XX"],"followRedirects":false,"maxRedirects":0,"resultHeaders":["Location"]}""")]
    public void Good_payload_has_no_mistakes(string payload) => Assert.Empty(Validate(payload));

    [Theory]
    [InlineData("null", "$")]
    [InlineData("\"http://a.example/\"", "$")]
    [InlineData("[]", "$")]
    [InlineData("{}", "$.url")]
    [InlineData("""{"url":null}""", "$.url")]
    [InlineData("""{"url":1}""", "$.url")]
    [InlineData("""{"url":""}""", "$.url")]
    [InlineData("""{"url":"/relative"}""", "$.url")]
    [InlineData("""{"url":"//a.example/"}""", "$.url")]
    [InlineData("""{"url":"a.example"}""", "$.url")]
    [InlineData("""{"url":"http:///x"}""", "$.url")]
    [InlineData("""{"url":"http://"}""", "$.url")]
    [InlineData("""{"url":"http://a:99999/"}""", "$.url")]
    [InlineData("""{"url":"ftp://a.example/"}""", "$.url")]
    [InlineData("""{"url":"file:///etc/passwd"}""", "$.url")]
    [InlineData("""{"url":"unix:/run/docker.sock"}""", "$.url")]
    [InlineData("""{"url":"javascript:alert(1)"}""", "$.url")]
    [InlineData("""{"url":"http://user:s3cret@a.example/"}""", "$.url")]
    [InlineData("""{"url":"http://@a.example/"}""", "$.url")]
    [InlineData("""{"url":" http://a.example/"}""", "$.url")]
    [InlineData("""{"url":"http://a.example/ b"}""", "$.url")]
    [InlineData("""{"url":"http://a.example/\r\nX: 1"}""", "$.url")]
    [InlineData("""{"url":"http://a.example\\@127.0.0.1/"}""", "$.url")]
    [InlineData("""{"url":"http://127.0.0.1\u0000.a.example/"}""", "$.url")]
    [InlineData("""{"url":"http://[::1/"}""", "$.url")]
    [InlineData("""{"url":"http://10.0.0.1/"}""", "$.url")]
    [InlineData("""{"url":"http://0xa9fea9fe/"}""", "$.url")]
    [InlineData("""{"url":"http://[::1]/"}""", "$.url")]
    [InlineData("{" + U + "," + U + "}", "$.url")]
    [InlineData("{" + U + ""","method":""}""", "$.method")]
    [InlineData("{" + U + ""","method":null}""", "$.method")]
    [InlineData("{" + U + ""","method":"GET /"}""", "$.method")]
    [InlineData("{" + U + ""","method":"GET\r\n"}""", "$.method")]
    [InlineData("{" + U + ""","method":"connect"}""", "$.method")]
    [InlineData("{" + U + ""","method":"TRACE"}""", "$.method")]
    [InlineData("{" + U + ""","method":"AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDD"}""", "$.method")]
    [InlineData("{" + U + ""","headers":[]}""", "$.headers")]
    [InlineData("{" + U + ""","headers":{"A":1}}""", "$.headers.A")]
    [InlineData("{" + U + ""","headers":{"A":["1",null]}}""", "$.headers.A[1]")]
    [InlineData("{" + U + ""","headers":{"":"x"}}""", "$.headers['']")]
    [InlineData("{" + U + ""","headers":{"A B":"x"}}""", "$.headers['A B']")]
    [InlineData("{" + U + ""","headers":{"A:":"x"}}""", "$.headers['A:']")]
    [InlineData("{" + U + ""","headers":{"A\r\nB":"x"}}""", "$.headers['A\r\nB']")]
    [InlineData("{" + U + ""","headers":{"A":"x\r\nB: y"}}""", "$.headers.A")]
    [InlineData("{" + U + ""","headers":{"A":"x\ny"}}""", "$.headers.A")]
    [InlineData("{" + U + ""","headers":{"A":"x\u0000"}}""", "$.headers.A")]
    [InlineData("{" + U + ""","headers":{"A":"é"}}""", "$.headers.A")]
    [InlineData("{" + U + ""","headers":{"A":"x","a":"y"}}""", "$.headers.a")]
    [InlineData("{" + U + ""","headers":{"Host":"x"}}""", "$.headers.Host")]
    [InlineData("{" + U + ""","headers":{"content-length":"1"}}""", "$.headers['content-length']")]
    [InlineData("{" + U + ""","headers":{"Transfer-Encoding":"chunked"}}""", "$.headers['Transfer-Encoding']")]
    [InlineData("{" + U + ""","headers":{"Connection":"close"}}""", "$.headers.Connection")]
    [InlineData("{" + U + ""","headers":{"Upgrade":"h2c"}}""", "$.headers.Upgrade")]
    [InlineData("{" + U + ""","headers":{"Proxy-Authorization":"x"}}""", "$.headers['Proxy-Authorization']")]
    [InlineData("{" + U + ""","body":1}""", "$.body")]
    [InlineData("{" + U + ""","body":"a","json":1}""", "$.json")]
    [InlineData("{" + U + ""","json":1,"bodyBase64":""}""", "$.bodyBase64")]
    [InlineData("{" + U + ""","bodyBase64":"!"}""", "$.bodyBase64")]
    [InlineData("{" + U + ""","bodyBase64":[]}""", "$.bodyBase64")]
    [InlineData("{" + U + ""","maxResponseBytes":0}""", "$.maxResponseBytes")]
    [InlineData("{" + U + ""","maxResponseBytes":67108865}""", "$.maxResponseBytes")]
    [InlineData("{" + U + ""","maxResponseBytes":1.5}""", "$.maxResponseBytes")]
    [InlineData("{" + U + ""","maxResponseBytes":1e999}""", "$.maxResponseBytes")]
    [InlineData("{" + U + ""","maxResponseBytes":"1"}""", "$.maxResponseBytes")]
    [InlineData("{" + U + ""","acceptStatus":200}""", "$.acceptStatus")]
    [InlineData("{" + U + ""","acceptStatus":[]}""", "$.acceptStatus")]
    [InlineData("{" + U + ""","acceptStatus":[200,99]}""", "$.acceptStatus[1]")]
    [InlineData("{" + U + ""","acceptStatus":["299-200"]}""", "$.acceptStatus[0]")]
    [InlineData("{" + U + ""","acceptStatus":["200-299-300"]}""", "$.acceptStatus[0]")]
    [InlineData("{" + U + ""","acceptStatus":["xx"]}""", "$.acceptStatus[0]")]
    [InlineData("{" + U + ""","acceptStatus":["6xx"]}""", "$.acceptStatus[0]")]
    [InlineData("{" + U + ""","acceptStatus":["-200"]}""", "$.acceptStatus[0]")]
    [InlineData("{" + U + ""","acceptStatus":[true]}""", "$.acceptStatus[0]")]
    [InlineData("{" + U + ""","followRedirects":1}""", "$.followRedirects")]
    [InlineData("{" + U + ""","maxRedirects":21}""", "$.maxRedirects")]
    [InlineData("{" + U + ""","maxRedirects":-1}""", "$.maxRedirects")]
    [InlineData("{" + U + ""","resultHeaders":"A"}""", "$.resultHeaders")]
    [InlineData("{" + U + ""","resultHeaders":["A","B C"]}""", "$.resultHeaders[1]")]
    [InlineData("{" + U + ""","timeout":"5s"}""", "$.timeout")]
    [InlineData("{" + U + ""","URL":"x"}""", "$.URL")]
    [InlineData("{" + U + ""","method":"\ud800"}""", "$")]
    public void Mistake_is_named_where_it_is(string payload, string path) =>
        Assert.Equal([path], Validate(payload).Select(static mistake => mistake.Path));

    [Fact]
    public void All_mistakes_are_named_at_once() =>
        Assert.Equal(
            ["$.colour", "$.headers.Host", "$.method", "$.url"],
            Validate("""{"method":1,"colour":"red","headers":{"Host":"a"}}""").Select(static mistake => mistake.Path).Order());

    [Fact]
    public void Unknown_member_is_answered_with_the_known_ones() =>
        Assert.Contains("acceptStatus", Assert.Single(Validate("{" + U + ",\"uri\":1}")).Message);

    [Fact]
    public void Values_are_never_repeated() =>
        Assert.All(
            Validate("""{"url":"s3cret","method":"s3c ret","headers":{"A":"s3cret\n"},"bodyBase64":"s3cret!","acceptStatus":["s3cret"],"resultHeaders":["s3cret:"]}"""),
            static mistake => Assert.DoesNotContain("s3c", mistake.Path + mistake.Message));

    [Fact]
    public void Too_many_headers_are_a_mistake()
    {
        string values = string.Join(',', Enumerable.Repeat("\"x\"", 101));
        Assert.Equal("$.headers", Assert.Single(Validate("{" + U + ",\"headers\":{\"A\":[" + values + "]}}")).Path);
        Assert.Equal("$.headers", Assert.Single(Validate("{" + U + ",\"headers\":{\"A\":\"" + new string('x', 33_000) + "\"}}")).Path);
        Assert.Equal("$.url", Assert.Single(Validate("{\"url\":\"http://a.example/" + new string('x', 9_000) + "\"}")).Path);
    }

    [Fact]
    public void Rubbish_never_throws()
    {
        const string whole = """{"url":"http://a.example:80/?x=y","method":"POST","headers":{"A":["1","2"],"B":"3"},"json":{"a":[1]},"maxResponseBytes":10,"acceptStatus":[200,"2xx","200-299"],"followRedirects":true,"maxRedirects":3,"resultHeaders":["E"]}""";
        Random random = new(1);
        int read = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(whole);
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)"\"{}[]:,0159-x/@%. \\tue"[random.Next(22)];
            }

            if (TryParse(bytes) is { } document)
            {
                using (document)
                {
                    read++;
                    Assert.NotNull(_http.Executor.Validate(document.RootElement));
                }
            }
        }

        Assert.True(read > 1000);
    }

    [Fact]
    public void Rubbish_in_urls_never_throws()
    {
        const string letters = "ab0.:/@[]%?#-_~\u00e4\u3002\uff11\u200d\u0301\ud83d\ude00xn--\\|^`";
        Random random = new(2);
        for (int round = 0; round < 20_000; round++)
        {
            StringBuilder url = new("http://");
            for (int length = random.Next(0, 12); length > 0; length--)
            {
                url.Append(letters[random.Next(letters.Length)]);
            }

            using JsonDocument document = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["url"] = url.ToString() }));
            Assert.NotNull(_http.Executor.Validate(document.RootElement));
        }
    }

    private static JsonDocument? TryParse(byte[] bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private IReadOnlyList<PayloadMistake> Validate(string payload)
    {
        using JsonDocument document = JsonDocument.Parse(payload);
        return _http.Executor.Validate(document.RootElement);
    }
}
