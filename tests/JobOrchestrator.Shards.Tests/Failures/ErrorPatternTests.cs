using System.Diagnostics;

namespace JobOrchestrator.Shards.Tests;

public sealed class ErrorPatternTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("Boom", "Boom")]
    [InlineData("SMTP 451: timeout", "SMTP #: timeout")]
    [InlineData("Order 7 of 12 is late", "Order # of # is late")]
    [InlineData("waited 30s and 1500ms", "waited #s and #ms")]
    [InlineData("10.0.0.7:5432 refused", "# refused")]
    [InlineData("[::1]:5432", "[::#]:#")]
    [InlineData("at 2026-11-29T07:50:52.123Z", "at #T#Z")]
    [InlineData("at 2026-11-29 07:50:52", "at #")]
    [InlineData("ids 1, 2, 3 are gone", "ids # are gone")]
    [InlineData("ids 1, 2 are gone", "ids # are gone")]
    [InlineData("-5 and +7 and 3.5e-7", "-# and +# and #e-#")]
    [InlineData("job 01a1fe2c-9962-7000-aa1f-8559bd02e2cb failed", "job # failed")]
    [InlineData("job {01A1FE2C-9962-7000-AA1F-8559BD02E2CB}", "job {#}")]
    [InlineData("abcdefab-abcd-abcd-abcd-abcdefabcdef", "#")]
    [InlineData("job_01a1fe2c99627000aa1f8559bd02e2cb", "job_#")]
    [InlineData("0xDEADBEEF at 0x7f", "# at #")]
    [InlineData("commit 6dcd4ce", "commit #")]
    [InlineData("a decade of facades was added", "a decade of facades was added")]
    [InlineData("deadbeefdeadbeef", "#")]
    [InlineData("token xK93jDk2Lm4Q gone", "token # gone")]
    [InlineData("utf8, base64 and sha256", "utf#, base# and sha#")]
    [InlineData("user 'anna' is unknown", "user # is unknown")]
    [InlineData("user \"anna\" is unknown", "user # is unknown")]
    [InlineData("user `anna` and “bob” and «eve» and „kim“", "user # and # and # and #")]
    [InlineData("can't open 'x'", "can't open #")]
    [InlineData("the user's input isn't valid", "the user's input isn't valid")]
    [InlineData("no end: 'abc 12", "no end: 'abc #")]
    [InlineData("empty '' here", "empty # here")]
    [InlineData("'it's in here' though", "# though")]
    [InlineData("  many \t\r\n spaces  ", "many spaces")]
    [InlineData("a\u202Eb\u200Bc\0d", "a b c d")]
    [InlineData("٣٤ items", "# items")]
    [InlineData("# and ## are there", "# and # are there")]
    [InlineData("<script>alert(1)</script>", "<script>alert(#)</script>")]
    [InlineData("ß Ünïcödé 😀 5", "ß Ünïcödé 😀 #")]
    public void Of_AMessage_IsWhatAlikeOnesShare(string message, string expected)
    {
        Assert.Equal(expected, ErrorPattern.Of(message));
        Assert.Equal(expected, ErrorPattern.Of(expected));
    }

    [Theory]
    [InlineData("Cannot open  the\tfile 7", "Cannot open the file 7")]
    [InlineData("a\u202Eb\u200B\u200Bc", "a b c")]
    [InlineData("## \"as\" 12 😀 it is", "## \"as\" 12 😀 it is")]
    [InlineData("", "")]
    public void Folded_HasBlanksAsPatternsDo(string message, string folded) => Assert.Equal(folded, ErrorPattern.Folded(message));

    /// <summary>No attribute holds it.</summary>
    [Fact]
    public void Of_HalfACharacter_IsWhatCanBeWritten() => Assert.Equal("half \uFFFD of one", ErrorPattern.Of("half \uD83D of one"));

    [Fact]
    public void Of_ALongMessage_IsCutWhereNoCharacterIsHalved()
    {
        string letters = ErrorPattern.Of(new string('x', 5_000));
        string faces = ErrorPattern.Of("a" + string.Concat(Enumerable.Repeat("😀", 3_000)));

        Assert.Equal(ErrorPattern.LengthMax, letters.Length);
        Assert.EndsWith("x…", letters, StringComparison.Ordinal);
        Assert.True(faces.Length <= ErrorPattern.LengthMax);
        Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(faces)));
        Assert.Equal(faces, ErrorPattern.Of(faces));
    }

    /// <summary>A worker may send a megabyte of whatever costs most.</summary>
    [Theory]
    [InlineData("'")]
    [InlineData("\" ")]
    [InlineData("“")]
    [InlineData("1 ")]
    [InlineData("a1")]
    [InlineData("00000000-")]
    [InlineData("\u202E")]
    [InlineData("😀")]
    public void Of_AMegabyteOfAnything_IsShortAndSoon(string unit)
    {
        string message = string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length));
        long began = Stopwatch.GetTimestamp();

        for (int i = 0; i < 100; i++)
        {
            Assert.True(ErrorPattern.Of(message).Length <= ErrorPattern.LengthMax);
        }

        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5));
    }
}
