using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LocalSidecar.Json;

/// <summary>Says what is wrong with a JSON text in the words of Go's <c>encoding/json</c>. Only called after parsing failed.</summary>
internal ref struct GoSyntax
{
    private const string EarlyEnd = "unexpected EOF";

    private readonly ReadOnlySpan<byte> _text;
    private int _at;

    private GoSyntax(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>The message Go's decoder has for the first value in <paramref name="text"/>.</summary>
    public static string Describe(ReadOnlySpan<byte> text)
    {
        var scanner = new GoSyntax(text);
        scanner.SkipSpace();
        if (scanner._at == text.Length)
        {
            return "EOF";
        }

        try
        {
            scanner.Value(0);
            return "exceeded max depth";
        }
        catch (JsonException problem)
        {
            return problem.Message;
        }
    }

    /// <summary>The message of Go's <c>json.Unmarshal</c>, which wants <paramref name="text"/> to be one value and nothing else.</summary>
    public static string DescribeWhole(ReadOnlySpan<byte> text)
    {
        var scanner = new GoSyntax(text);
        try
        {
            scanner.Value(0);
            scanner.SkipSpace();
            if (scanner._at < text.Length)
            {
                scanner._at++;
                throw scanner.Invalid("after top-level value");
            }

            return "exceeded max depth";
        }
        catch (JsonException problem)
        {
            return problem.Message == EarlyEnd ? "unexpected end of JSON input" : problem.Message;
        }
    }

    private void Value(int depth)
    {
        if (depth > GoJson.DepthMax)
        {
            throw new JsonException("exceeded max depth");
        }

        SkipSpace();
        switch (Next("looking for beginning of value"))
        {
            case (byte)'{':
                Object(depth);
                break;
            case (byte)'[':
                Array(depth);
                break;
            case (byte)'"':
                String();
                break;
            case (byte)'t':
                Literal("true");
                break;
            case (byte)'f':
                Literal("false");
                break;
            case (byte)'n':
                Literal("null");
                break;
            case (byte)'-':
                Number(Next("in numeric literal"));
                break;
            case >= (byte)'0' and <= (byte)'9':
                Number(_text[_at - 1]);
                break;
            default:
                throw Invalid("looking for beginning of value");
        }
    }

    private void Object(int depth)
    {
        SkipSpace();
        if (Peek() == '}')
        {
            _at++;
            return;
        }

        while (true)
        {
            SkipSpace();
            if (Next("looking for beginning of object key string") != '"')
            {
                throw Invalid("looking for beginning of object key string");
            }

            String();
            SkipSpace();
            if (Next("after object key") != ':')
            {
                throw Invalid("after object key");
            }

            Value(depth + 1);
            SkipSpace();
            switch (Next("after object key:value pair"))
            {
                case (byte)',':
                    continue;
                case (byte)'}':
                    return;
                default:
                    throw Invalid("after object key:value pair");
            }
        }
    }

    private void Array(int depth)
    {
        SkipSpace();
        if (Peek() == ']')
        {
            _at++;
            return;
        }

        while (true)
        {
            Value(depth + 1);
            SkipSpace();
            switch (Next("after array element"))
            {
                case (byte)',':
                    continue;
                case (byte)']':
                    return;
                default:
                    throw Invalid("after array element");
            }
        }
    }

    private void String()
    {
        while (true)
        {
            byte character = Next("in string literal");
            if (character == '"')
            {
                return;
            }

            if (character < 0x20)
            {
                throw Invalid("in string literal");
            }

            if (character != '\\')
            {
                continue;
            }

            byte code = Next("in string escape code");
            if (code == 'u')
            {
                for (int i = 0; i < 4; i++)
                {
                    if (!char.IsAsciiHexDigit((char)Next("in \\u hexadecimal character escape")))
                    {
                        throw Invalid("in \\u hexadecimal character escape");
                    }
                }
            }
            else if ("\"\\/bfnrt".IndexOf((char)code, StringComparison.Ordinal) < 0)
            {
                throw Invalid("in string escape code");
            }
        }
    }

    private void Literal(string word)
    {
        foreach (char expected in word.AsSpan(1))
        {
            string where = $"in literal {word} (expecting '{expected}')";
            if (Next(where) != expected)
            {
                throw Invalid(where);
            }
        }
    }

    private void Number(byte first)
    {
        if (!char.IsAsciiDigit((char)first))
        {
            throw Invalid("in numeric literal");
        }

        if (first != '0')
        {
            SkipDigits();
        }

        if (Peek() == '.')
        {
            _at++;
            if (!char.IsAsciiDigit((char)Next("after decimal point in numeric literal")))
            {
                throw Invalid("after decimal point in numeric literal");
            }

            SkipDigits();
        }

        if (Peek() is 'e' or 'E')
        {
            _at++;
            if (Peek() is '+' or '-')
            {
                _at++;
            }

            if (!char.IsAsciiDigit((char)Next("in exponent of numeric literal")))
            {
                throw Invalid("in exponent of numeric literal");
            }

            SkipDigits();
        }
    }

    private void SkipDigits()
    {
        while (_at < _text.Length && char.IsAsciiDigit((char)_text[_at]))
        {
            _at++;
        }
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            _at++;
            if (_at == _text.Length)
            {
                return;
            }
        }
    }

    private readonly int Peek() => _at < _text.Length ? _text[_at] : -1;

    private byte Next(string where)
    {
        _ = where;
        return _at < _text.Length ? _text[_at++] : throw new JsonException(EarlyEnd);
    }

    private readonly JsonException Invalid(string where)
    {
        byte character = _text[_at - 1];
        string quoted = character switch
        {
            (byte)'\'' => @"'\''",
            (byte)'"' => "'\"'",
            (byte)'\n' => @"'\n'",
            (byte)'\r' => @"'\r'",
            (byte)'\t' => @"'\t'",
            < 0x20 or 0x7f => string.Create(CultureInfo.InvariantCulture, $"'\\x{character:x2}'"),
            < 0x80 => $"'{(char)character}'",
            _ => $"'{Encoding.Latin1.GetString([character])}'",
        };
        return new JsonException($"invalid character {quoted} {where}");
    }
}
