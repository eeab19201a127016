import 'reflect-metadata';
import { IsInt, IsOptional, IsUrl, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { AsInteger, HTTP_URL } from './text-value.js';
import { Variable } from './variable.js';

/** Variables of files: their limits, their links and where they are kept. */
export class FileEnvironment {
  @Variable({
    group: 'Files',
    description: 'Key that signs links to files; the same in every process. Kept in the data folder when absent',
    allowed: '32 to 256 characters',
    default: 'generated',
    secret: true,
  })
  @IsOptional()
  @MinLength(32)
  @MaxLength(256)
  FILES_SECRET?: string;

  @Variable({
    group: 'Files',
    description: 'Largest accepted file, bytes',
    allowed: '1024 to 104857600',
    default: '20971520',
  })
  @AsInteger()
  @IsInt()
  @Min(1024)
  @Max(104_857_600)
  FILES_MAX_BYTES = 20_971_520;

  @Variable({
    group: 'Files',
    description: 'How long a signed link to a file works, seconds',
    allowed: '10 to 604800',
    default: '3600',
  })
  @AsInteger()
  @IsInt()
  @Min(10)
  @Max(604_800)
  FILES_LINK_SECONDS = 3600;

  @Variable({
    group: 'Files',
    description: 'S3-compatible store; without it files are kept in the data folder',
    allowed: 'an http(s) URL',
    default: 'data folder',
  })
  @IsOptional()
  @IsUrl(HTTP_URL)
  S3_ENDPOINT?: string;

  @Variable({ group: 'Files', description: 'Region of the store', allowed: 'a region name', default: 'us-east-1' })
  @Matches(/^[\w-]{1,64}$/)
  S3_REGION = 'us-east-1';

  @Variable({ group: 'Files', description: 'Bucket', allowed: 'a bucket name' })
  @IsOptional()
  @Matches(/^[a-z0-9.-]{3,63}$/)
  S3_BUCKET?: string;

  @Variable({ group: 'Files', description: 'Access key', allowed: 'text without spaces', secret: true })
  @IsOptional()
  @Matches(/^\S{1,256}$/)
  S3_ACCESS_KEY?: string;

  @Variable({ group: 'Files', description: 'Secret key', allowed: 'text without spaces', secret: true })
  @IsOptional()
  @Matches(/^\S{1,512}$/)
  S3_SECRET_KEY?: string;
}
