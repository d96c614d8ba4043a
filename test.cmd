@echo off
rem Builds everything and runs all tests; the same as test.sh. Arguments go to dotnet test.
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0eng\test.ps1" %*
exit /b %ERRORLEVEL%
