param([Parameter(Mandatory)] [string] $Module)

# An encrypted VMM cloud: the certificate is issued and kept away, its site is lost, and only who has the certificate goes on.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    $null = New-AsrVault ./dr/vault
    $null = New-AsrFabric vmm Vmm ./dr/vmm -Wait
    $null = New-AsrFabric azure Azure ./dr/azure -Wait
    Write-Image disk.img 1
    $null = New-AsrMachine web01 -Fabric vmm -DiskPath ./disk.img -Wait
    $password = ConvertTo-SecureString 'nobody-guesses-this-1' -AsPlainText -Force
    $wrong = ConvertTo-SecureString 'another' -AsPlainText -Force
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'The certificate of a cloud' {
    It 'is issued, exported for its owner alone, and named by the cloud' -Tag 'FO-06' {
        New-AsrEncryptionCertificate vmm cloud01 ./kept.pfx $password -WhatIf
        Test-Path ./kept.pfx | Should -BeFalse
        (New-AsrEncryptionCertificate (Get-AsrFabric vmm) cloud01 ./kept.pfx $password -Confirm:$false).Name | Should -Be 'kept.pfx'
        if (-not $IsWindows) {
            (Get-Item ./kept.pfx).UnixMode | Should -Be '-rw-------'
        }
        $certificate = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new("$PWD/kept.pfx", $password)
        $certificate.HasPrivateKey | Should -BeTrue
        (Get-Content ./dr/vmm/site.json -Raw | ConvertFrom-Json).clouds[0].encryptionCertificate | Should -Be $certificate.Thumbprint
    }

    It 'replaces no file, and leaves none when it is refused' -Tag 'FO-06' {
        $null = New-AsrEncryptionCertificate vmm cloud01 ./kept.pfx $password -Confirm:$false -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].Exception.Error.Id | Should -Be 'FileExists'
        $null = New-AsrEncryptionCertificate vmm nowhere ./other.pfx $password -Confirm:$false -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].Exception.Error.Reasons.Id | Should -Be 'CloudNotFound'
        $null = New-AsrEncryptionCertificate vmm cloud01 ./other.pfx ([securestring]::new()) -Confirm:$false -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].Exception.Error.Id | Should -Be 'ArgumentInvalid'
        Test-Path ./other.pfx | Should -BeFalse
    }
}

Describe 'A failover of its machine' {
    BeforeAll {
        $null = Enable-AsrProtection web01 -Wait
        $null = New-AsrRecoveryPoint web01 chosen -Wait
        Disconnect-AsrVault
        Rename-Item ./dr/vmm lost
        $null = Connect-AsrVault ./dr/vault
    }

    It 'is refused without the certificate and with a file that does not open, and nothing begins' -Tag 'FO-06' {
        (Get-AsrProtectedItem web01).HealthErrors.Id | Should -Contain 'EncryptionKeyMissing'
        $jobs = @(Get-AsrJob).Count
        $null = Start-AsrFailover web01 -Force -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].Exception.Error.Reasons.Id | Should -Be 'EncryptionCertificateMissing'
        { Start-AsrFailover web01 -Force -EncryptionCertificate ./kept.pfx -EncryptionCertificatePassword $wrong } | Should -Throw -ErrorId 'EncryptionCertificateUnreadable*'
        { Start-AsrFailover web01 -Force -EncryptionCertificate ./nothing.pfx -EncryptionCertificatePassword $password } | Should -Throw -ErrorId 'FileMissing*'
        { Start-AsrFailover web01 -Force -EncryptionCertificatePassword $password } | Should -Throw -ErrorId 'ArgumentInvalid*'
        @(Get-AsrJob).Count | Should -Be $jobs
        Test-AsrReadiness web01 UnplannedFailover -Quiet | Should -BeFalse
    }

    It 'goes to a chosen point with it, and stores neither the file nor its password' -Tag 'FO-06' {
        $given = @{ EncryptionCertificate = './kept.pfx'; EncryptionCertificatePassword = $password }
        Test-AsrReadiness web01 UnplannedFailover @given -Quiet | Should -BeTrue
        $job = Start-AsrFailover web01 chosen -Force @given -Wait 3> $null
        $job.State | Should -Be 'Succeeded'
        (Get-AsrProtectedItem web01).ActiveFabric | Should -Be 'azure'
        $null = Confirm-AsrCommit web01 -Force -Wait
        Disconnect-AsrVault
        $stored = Get-ChildItem ./dr -Recurse -File | ForEach-Object { [System.IO.File]::ReadAllText($_.FullName, [System.Text.Encoding]::Latin1) }
        $stored | Should -Not -Match 'nobody-guesses-this-1'
        $kept = [System.Text.Encoding]::Latin1.GetString([System.IO.File]::ReadAllBytes("$PWD/kept.pfx"))
        $stored.Where{ $_.Contains($kept.Substring(100, 60)) } | Should -BeNullOrEmpty
    }
}
