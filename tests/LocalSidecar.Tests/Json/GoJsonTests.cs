using System.Text;
using LocalSidecar.Json;

namespace LocalSidecar.Tests.Json;

public sealed class GoJsonTests
{
    [Theory]
    [InlineData("""{"b":1, "a" : [ 1 , 2 ]}""", """{"a":[1,2],"b":1}""")]
    [InlineData("""{"a":1,"b":2,"a":3}""", """{"a":3,"b":2}""")]
    [InlineData("""{"z":{"y":1,"x":{"d":1,"c":2}},"é":1,"Z":0}""", """{"Z":0,"z":{"x":{"c":2,"d":1},"y":1},"é":1}""")]
    [InlineData(""" [ ] """, "[]")]
    [InlineData("""{ }""", "{}")]
    [InlineData("null", "null")]
    [InlineData("""{"h":"<a>&\u2028\ud83d\ude00\u0000é\/"}""", """{"h":"\u003ca\u003e\u0026\u2028😀\u0000é/"}""")]
    [InlineData("\"\\u0041\\b\\f\\n\\r\\t\\\\\\\"\\u001f\\u007f\"", "\"A\\b\\f\\n\\r\\t\\\\\\\"\\u001f\u007f\"")]
    [InlineData("\"\\ud800x\\udc00\"", "\"\uFFFDx\uFFFD\"")]
    [InlineData("\"\\ud800\\u0041\"", "\"\uFFFDA\"")]
    public void Write_AnyValue_IsWhatGoWouldWrite(string json, string expected)
    {
        Assert.Equal(expected, Encode(json, keepDigits: false));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "-0")]
    [InlineData("-0.0", "-0")]
    [InlineData("1E5", "100000")]
    [InlineData("1.50", "1.5")]
    [InlineData("12345678901234567890", "12345678901234567000")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("0.1234567890123456789", "0.12345678901234568")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("123456789012345678901234", "1.2345678901234569e+23")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000009", "9e-7")]
    [InlineData("-1.5e-9", "-1.5e-9")]
    [InlineData("1e-400", "0")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308")]
    [InlineData("123456789012345", "123456789012345")]
    [InlineData("-123456.789", "-123456.789")]
    public void Write_Number_IsTheFloatThatGoWouldWrite(string json, string expected)
    {
        Assert.Equal(expected, Encode(json, keepDigits: false));
    }

    [Theory]
    [InlineData(""" { "b" : 1E5 , "a":[ 9007199254740993, "x y" ] } """, """{"b":1E5,"a":[9007199254740993,"x y"]}""")]
    [InlineData("""["<a>&\u0041\"\\","\\"]""", """["\u003ca\u003e\u0026\u0041\"\\","\\"]""")]
    [InlineData("[\"\u2028\u2029\u2030\"]", "[\"\\u2028\\u2029\u2030\"]")]
    [InlineData("1", "1")]
    public void TryCompact_Json_LosesSpacesOnly(string json, string expected)
    {
        var output = new ByteBuffer();

        Assert.True(GoJson.TryCompact(output, Encoding.UTF8.GetBytes(json)));

        Assert.Equal(expected, output.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("1 2")]
    [InlineData("text")]
    [InlineData("{\"a\":1}x")]
    public void TryCompact_AnythingElse_WritesNothing(string text)
    {
        var output = new ByteBuffer();

        Assert.False(GoJson.TryCompact(output, Encoding.UTF8.GetBytes(text)));

        Assert.Equal(0, output.Length);
    }

    [Theory]
    [InlineData("12345678901234567890.10")]
    [InlineData("1E5")]
    [InlineData("-0.0")]
    public void Write_NumberWhoseDigitsAreKept_IsUnchanged(string json)
    {
        Assert.Equal(json, Encode(json, keepDigits: true));
    }

    [Fact]
    public void Write_InvalidUtf8_BecomesReplacementCharacters()
    {
        var output = new ByteBuffer();

        GoJson.Write(output, [(byte)'"', 0xff, (byte)'a', 0xc3, (byte)'"'], keepDigits: false);

        Assert.Equal("\"\\ufffda\\ufffd\"", output.ToString());
    }

    [Fact]
    public void Write_ThousandLevels_ComeBackSortedAtEachLevel()
    {
        const int Levels = 990;
        string json = string.Concat(Enumerable.Repeat("""{"b":1,"a":""", Levels)) + "0" + new string('}', Levels);

        string encoded = Encode(json, keepDigits: false);

        Assert.Equal(
            string.Concat(Enumerable.Repeat("""{"a":""", Levels)) + "0" + string.Concat(Enumerable.Repeat(""","b":1}""", Levels)),
            encoded);
    }

    [Theory]
    [InlineData("", "EOF")]
    [InlineData("  ", "EOF")]
    [InlineData("[{", "unexpected EOF")]
    [InlineData("{", "unexpected EOF")]
    [InlineData("{nope", "invalid character 'n' looking for beginning of object key string")]
    [InlineData("nope", "invalid character 'o' in literal null (expecting 'u')")]
    [InlineData("x", "invalid character 'x' looking for beginning of value")]
    [InlineData("[1,]", "invalid character ']' looking for beginning of value")]
    [InlineData("[1 2]", "invalid character '2' after array element")]
    [InlineData("""{"a" 1}""", "invalid character '1' after object key")]
    [InlineData("""{"a":1 "b"}""", "invalid character '\"' after object key:value pair")]
    [InlineData("\"a\nb\"", "invalid character '\\n' in string literal")]
    [InlineData("\"\\x\"", "invalid character 'x' in string escape code")]
    [InlineData("\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape")]
    [InlineData("-x", "invalid character 'x' in numeric literal")]
    [InlineData("1.x", "invalid character 'x' after decimal point in numeric literal")]
    [InlineData("1ex", "invalid character 'x' in exponent of numeric literal")]
    [InlineData("\"abc", "unexpected EOF")]
    public void Describe_MalformedText_SpeaksAsGoDoes(string json, string expected)
    {
        Assert.Equal(expected, GoSyntax.Describe(Encoding.UTF8.GetBytes(json)));
    }

    private static string Encode(string json, bool keepDigits)
    {
        var output = new ByteBuffer();
        GoJson.Write(output, Encoding.UTF8.GetBytes(json), keepDigits);
        return output.ToString();
    }
}
